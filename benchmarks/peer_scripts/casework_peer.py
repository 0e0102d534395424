"""The work as a casework user writes it: a procedure of three steps over a folder of texts."""

import json
import os
import sys
import time
from pathlib import Path

from work import IN_FLIGHT, STEPS, text

from casework.base.aio import run
from casework.sdk.workspace import Workspace


async def main(base_url: str, rows: int, folder: Path) -> None:
    (folder / "settings.toml").write_text(
        f'[model]\ndefault = "bench:scripted"\nconcurrency = {IN_FLIGHT}\n'
        f'[provider.bench]\nbase_url = "{base_url}"\ndialect = "openai"\n'
    )
    os.environ["CASEWORK_CONFIG"] = str(folder)
    documents = folder / "documents"
    documents.mkdir()
    for row in range(rows):
        (documents / f"{row:06}.txt").write_text(text(row))
    lines = ["# Work"]
    for step in range(1, STEPS + 1):
        before = f" {{Step {step - 1}}}" if step > 1 else ""
        lines += ["", f"## Step {step}", "- by: document", ""]
        lines.append(f"Step {step}: which sentence says when to pay?{before}")
    (folder / "work.md").write_text("\n".join(lines) + "\n")
    async with await Workspace.create(folder / "workspace") as workspace:
        sheet = await workspace.new_worksheet("work", folder / "work.md")
        await sheet.add(documents, cases="file")
        began = time.process_time()
        record = await sheet.run()
        print(json.dumps({"run_cpu_s": time.process_time() - began}))
    assert record.counts == {"value": rows * STEPS}, record


run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
