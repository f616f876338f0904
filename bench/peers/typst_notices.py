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
#set page("a4", margin: (x: 20mm, top: 20mm, bottom: 20mm), footer: context {
  set text(font: "Haicang Song", size: 9pt)
  let each = notices.at(counter(page).get().first() - 1, default: notices.last())
  grid(columns: (1fr, 1fr), align: (left, right), [依据：厦海政办〔2018〕63号], [存证码：#each.seal])
})
#set text(font: ("Haicang Fang", "Haicang Song"), size: 16pt, lang: "zh", region: "cn", top-edge: 0.88em,
  bottom-edge: -0.12em)
#set par(justify: true, leading: 12pt, spacing: 12pt, first-line-indent: (amount: 2em, all: true))
#set table(stroke: 0.5pt, inset: (x: 5pt, y: 8pt))
#show table: set text(font: "Haicang Song")
#show table: set par(leading: 6pt, first-line-indent: 0em, justify: false)
#let blank(width) = box(width: width * 1em, stroke: (bottom: 0.5pt), outset: (bottom: 2pt))
#let day = [#blank(2.5)年#blank(1.5)月#blank(1.5)日]
#let label(it) = table.cell(align: center + horizon, text(font: "Haicang Hei", it))
#for (number, each) in notices.enumerate() [
  #if number > 0 { pagebreak() }
  #heading(level: 1, align(center, text(font: "Haicang Title", size: 26pt,
    weight: "regular")[#each.title #linebreak() 资金使用情况和实施效果公示]))

  #each.village;2018年度“社会+”民生微实事服务类项目，2018年9月1日完工，现按照厦海政办〔2018〕63号文件公示如下。

  #table(columns: (auto, 1fr, auto, 1fr), label[实施地点], each.place, label[实施主体], [邻里社会组织],
    label[实施时间], table.cell(colspan: 3)[2018年8月27日至9月1日],
    label[实施内容], table.cell(colspan: 3)[更换楼道声控灯，检修线路。],
    label[实施效果], table.cell(colspan: 3, blank(20)))
  #table(columns: (auto, auto, auto, 1fr),
    table.header(label[资金来源], label[预算（元）], label[决算（元）], label[说明]),
    ..each.lines.map(((of, asked, spent, said)) => (label(of), table.cell(align: right, asked),
      table.cell(align: right, spent), said)).flatten())

  公示期：#day;至#day;（不少于7日，张贴当日不计）。如有异议，请于公示期内以书面形式向新阳街道办事处反映（地址：#blank(12)，联系人：#blank(4)，联系电话：#blank(7)）。监督电话：#blank(7)。

  #grid(columns: (1fr, auto), image(bytes(each.code), format: (encoding: "luma8", width: each.edge, height: each.edge),
    width: 25mm, scaling: "pixelated", alt: "二维码"), align(center)[#each.village;居民委员会 #linebreak() #day])
  #text(font: "Haicang Song", size: 9pt)[扫码读公示]
]
"""


def notice(number):
    """The data of one notice, as those of the ledger measured are."""
    village, title, sum_of = (
        f"第{number % 80}社区",
        f"楼道照明更换项目{number}号",
        f"{60_000 + number % 1000},{0:03d}.00",
    )
    sources = ["区级专项资金", *(["捐赠现金"] if number % 3 else []), "合计"]
    seal = f"{number * 7919:016x}"
    said = (
        f"{title}，资金使用情况和实施效果公示。决算（元）：区级专项资金{sum_of}；捐赠现金50,000.00。财政资金占54.58%。"
    )
    code = segno.make(said, error="h", micro=False, mask=0)  # takes no part in the times
    modules = [[0 if dark else 255 for dark in row] for row in code.matrix]
    return {
        "title": title,
        "village": village,
        "place": f"{village}第{number}栋",
        "lines": [[source, sum_of, sum_of, "财政资金占 100.00%"] for source in sources],
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
