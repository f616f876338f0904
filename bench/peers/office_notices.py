"""A hundred notices as a clerk makes them: a Word template filled by docxtpl, converted to PDF by LibreOffice."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from docx import Document
from docxtpl import DocxTemplate


def main():
    """Print the seconds for a hundred notices as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        pattern = Document()
        pattern.add_heading("关于{{ title }}资金使用情况和实施效果的公示")
        pattern.add_paragraph("根据厦海政办〔2018〕63号文件规定，现将项目资金使用情况和实施效果公示如下。")
        table = pattern.add_table(9, 4)
        for row in table.rows:
            for cell in row.cells:
                cell.text = "{{ amount }}"
        pattern.save(here / "pattern.docx")
        start = time.perf_counter()
        for number in range(100):
            filled = DocxTemplate(here / "pattern.docx")
            filled.render({"title": f"楼道照明更换项目{number}号", "amount": "60,000.00"})
            filled.save(here / f"{number}.docx")
        names = [str(here / f"{number}.docx") for number in range(100)]
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, *names]
        subprocess.run(command, check=True, capture_output=True)
        print(json.dumps({"hundred": time.perf_counter() - start}))


main()
