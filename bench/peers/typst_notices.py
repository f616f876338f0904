"""The same kind of notice (title, table of sources, paragraphs, signature) set by typst; prints seconds as JSON."""

import json
import re
import statistics
import tempfile
import time
from pathlib import Path

import typst

FONTS = Path(__file__).parents[2] / "resources/fonts"
NOTICE = """
#set page("a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm))
#set text(font: "Haicang Song", size: 16pt, lang: "zh", region: "cn")
#set par(justify: true, first-line-indent: (amount: 2em, all: true))
#let notices = json(bytes(sys.inputs.notices))
#for (number, each) in notices.enumerate() [
  #if number > 0 { pagebreak() }
  #align(center, text(size: 22pt)[关于#each.title;资金使用情况和实施效果的公示])
  根据厦海政办〔2018〕63号文件规定，现将项目资金使用情况和实施效果公示如下。
  #table(columns: 4, [资金来源], [预算（元）], [决算（元）], [收款单位],
    ..each.lines.map(line => line.map(cell => [#cell])).flatten())
  公示期：2018年9月3日至2018年9月10日。如有异议，请于公示期内以书面形式反映。
  #align(right)[#each.village #linebreak() 2018年9月3日]
]
"""
SOURCES = (
    "区级专项资金",
    "以奖代补资金",
    "其他财政资金",
    "捐赠现金",
    "捐赠实物折价",
    "投工投劳折价",
    "村居自筹",
    "合计",
)


def notice(number):
    """The data of one notice."""
    lines = [[source, "60,000.00", "60,000.00", "第1社区居委会"] for source in SOURCES]
    return {"title": f"楼道照明更换项目{number}号", "village": "第1社区居民委员会", "lines": lines}


def main():
    """Print the measurements as JSON."""
    source = Path(tempfile.mkdtemp()) / "notices.typ"
    source.write_text(NOTICE, encoding="utf-8")
    compiler = typst.Compiler(source, font_paths=[str(FONTS)], sys_inputs={"notices": "[]"})

    def made(count):
        said = json.dumps([notice(n) for n in count])
        return compiler.compile(format="pdf", sys_inputs={"notices": said})

    def timed(run):
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    made([0])
    one = statistics.median(timed(lambda n=n: made([n])) for n in range(1, 16))
    apart = timed(lambda: [made([n]) for n in range(100, 300)]) / 200
    together = timed(lambda: made(range(1000))) / 1000
    status = Path("/proc/self/status")
    peak = int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024 if status.exists() else 0
    said = {"one": one, "apart": apart, "together": together, "peak": peak, "size": len(made([0])) / 1000}
    print(json.dumps(said))


main()
