"""The work as a Pixeltable user writes it: a table with three computed columns."""

import os
import sys
from pathlib import Path

base_url, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
os.environ["PIXELTABLE_HOME"] = str(folder / "pixeltable")
os.environ["OPENAI_BASE_URL"] = base_url
os.environ["OPENAI_API_KEY"] = "none"

import pixeltable as pxt  # noqa: E402 - it reads the environment when it is imported
from pixeltable.functions.openai import chat_completions  # noqa: E402
from pixeltable_udf import asked, value_of  # noqa: E402
from work import FORMAT, STEPS, text  # noqa: E402

table = pxt.create_table("cases", {"row": pxt.Int, "document": pxt.String})
before = ""
for step in range(1, STEPS + 1):
    table.add_computed_column(**{f"asked{step}": asked(table.document, step, before)})
    messages = [{"role": "user", "content": getattr(table, f"asked{step}")}]
    reply = chat_completions(
        messages=messages, model="scripted", model_kwargs={"response_format": FORMAT}
    )
    table.add_computed_column(**{f"reply{step}": reply})
    table.add_computed_column(**{f"answer{step}": value_of(getattr(table, f"reply{step}"))})
    before = getattr(table, f"answer{step}")
status = table.insert([{"row": row, "document": text(row)} for row in range(rows)])
assert status.num_excs == 0, status
assert table.where(getattr(table, f"answer{STEPS}") != None).count() == rows  # noqa: E711
