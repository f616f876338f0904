"""The same notice set by typst: words, faces, sizes, footer, QR code, tags, PDF/A-2a; prints seconds as JSON."""

import json
import re
import statistics
import tempfile
import time
from pathlib import Path

import segno
import typst

FONTS = Path(__file__).parents[2] / "resources/fonts"
STANDARD = ["a-2a"]  # tagged, as typst does it unless it is told not to
NOTICE = """
#let notices = json(bytes(sys.inputs.notices))
#set document(title: "资金使用情况和实施效果公示")
#set page("a4", margin: (x: 26mm, top: 30mm, bottom: 26mm), footer: context {
  set text(font: "Haicang Song", size: 9pt)
  let each = notices.at(int((counter(page).get().first() - 1) / 2), default: notices.last())
  let number = calc.rem(counter(page).get().first() - 1, 2) + 1
  grid(columns: (1fr, 1fr, 1fr), align: (left, center, right),
    [依据：厦海政办〔2018〕63号], [第 #number 页　共 2 页], [存证码：#each.seal])
})
#set text(font: ("Haicang Fang", "Haicang Song"), size: 16pt, lang: "zh", region: "cn", top-edge: 0.88em,
  bottom-edge: -0.12em)
#set par(justify: true, leading: 12pt, spacing: 12pt, first-line-indent: (amount: 2em, all: true))
#set table(stroke: 0.5pt, inset: (x: 5pt, y: 8pt))
#show table: set text(font: "Haicang Song")
#show table: set par(leading: 6pt, first-line-indent: 0em, justify: false)
#show heading: set text(font: "Haicang Hei", size: 16pt, weight: "regular")
#show heading: set block(above: 12pt, below: 12pt)
#let blank(width) = box(width: width * 1em, stroke: (bottom: 0.5pt), outset: (bottom: 2pt))
#let day = [#blank(2.5)年#blank(1.5)月#blank(1.5)日]
#let label(it) = table.cell(align: center + horizon, it)
#for (number, each) in notices.enumerate() [
  #if number > 0 { pagebreak() }
  #align(center, par(first-line-indent: 0em, leading: 12pt, text(font: "Haicang Title",
    size: 26pt)[关于“社会+”民生微实事“#each.title”项目资金使用情况和实施效果的公示]))

  #each.village;2018年度“社会+”民生微实事“#each.title”项目已实施完成。根据《厦门市海沧区实施“社会+”民生微实事工作方案》（厦海政办〔2018〕63号），现将资金使用情况和实施效果公示如下。

  = #h(2em)一、项目概况
  #table(columns: (6fr, 22fr), ..each.facts.map(((name, said)) => (label(name), said)).flatten())
  = #h(2em)二、资金使用情况
  #align(right, text(font: "Haicang Song")[单位：元])
  #table(columns: (10fr, 9fr, 9fr), table.header(label[资金来源], label[预算], label[决算]),
    ..each.lines.map(((of, asked, spent)) => (label(of), table.cell(align: right, asked),
      table.cell(align: right, spent))).flatten(),
    label[收款单位], table.cell(colspan: 2, []))
  = #h(2em)三、实施效果
  2018年9月1日完工。

  公示期：#day;至#day;（不少于7日，张贴当日不计）。如有异议，请于公示期内以书面形式向新阳街道办事处反映（地址：#blank(12)，联系人：#blank(4)，联系电话：#blank(7)）。

  监督电话：#blank(10)。

  #grid(columns: (1fr, auto), image(bytes(each.code), format: (encoding: "luma8", width: each.edge, height: each.edge),
    width: 25mm, scaling: "pixelated", alt: "核验码"), align(center)[#each.village;居民委员会 #linebreak() #day])
]
"""


def notice(number):
    """The data of one notice, as those of the ledger measured are."""
    village, title, sum_of = (
        f"第{number % 80}社区",
        f"楼道照明更换项目{number}号",
        f"{60_000 + number % 1000},{0:03d}.00",
    )
    facts = [
        ["项目类别", "服务类"],
        ["实施地点", f"{village}第{number}栋"],
        ["实施内容", "更换楼道声控灯，检修线路。"],
        ["实施主体", "邻里社会组织"],
        ["实施起止", "2018年8月27日至2018年9月1日"],
    ]
    sources = ["区级专项资金", *(["捐赠现金"] if number % 3 else []), "合计"]
    seal = f"{number * 7919:016x}"
    code = segno.make(f"{seal} XYJD-{number % 80:02d}-2018-{number:06d} {title}", error="m", micro=False)
    modules = [[0 if dark else 255 for dark in row] for row in code.matrix]
    return {
        "title": title,
        "village": village,
        "facts": facts,
        "lines": [[source, sum_of, sum_of] for source in sources],
        "seal": seal,
        "edge": len(modules),
        "code": [module for row in modules for module in row],
    }


def main():
    """Print the measurements as JSON."""
    source = Path(tempfile.mkdtemp()) / "notices.typ"
    source.write_text(NOTICE, encoding="utf-8")
    compiler = typst.Compiler(source, font_paths=[str(FONTS)], sys_inputs={"notices": "[]"})
    papers = {number: notice(number) for number in range(1000)}  # like the ledger, not a part of what is measured

    def made(numbers):
        data = json.dumps([papers[number] for number in numbers])
        return compiler.compile(format="pdf", sys_inputs={"notices": data}, pdf_standards=STANDARD)

    def timed(run):
        start, busy = time.perf_counter(), time.process_time()
        run()
        return time.perf_counter() - start, time.process_time() - busy

    made([0])
    one = [timed(lambda n=n: made([n])) for n in range(1, 16)]
    apart = [seconds / 200 for seconds in timed(lambda: [made([n]) for n in range(100, 300)])]
    together = [seconds / 1000 for seconds in timed(lambda: made(range(1000)))]
    status = Path("/proc/self/status")
    peak = int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024 if status.exists() else 0
    measured = {
        "one": statistics.median(wall for wall, _ in one),
        "apart": apart[0],
        "together": together[0],
        "peak": peak,
        "size": len(made([0])) / 1000,
        "one busy": statistics.median(busy for _, busy in one),
        "apart busy": apart[1],
        "together busy": together[1],
    }
    print(json.dumps(measured))


main()
