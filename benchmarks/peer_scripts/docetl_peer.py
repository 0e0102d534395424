"""The work as a DocETL user writes it: a pipeline of three maps over a file of documents."""

import importlib.util
import json
import os
import sys
from pathlib import Path

base_url, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
os.environ["OPENAI_API_BASE"] = base_url
os.environ["OPENAI_API_KEY"] = "none"
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["DOCETL_HOME_DIR"] = str(folder / "home")
spec = importlib.util.find_spec("litellm")
assert spec is not None
assert spec.origin is not None
# it counts tokens with a file that it would download; the same file ships with litellm
tokenizers = Path(spec.origin).parent / "litellm_core_utils" / "tokenizers"
os.environ["TIKTOKEN_CACHE_DIR"] = str(tokenizers)

from docetl.api import Dataset, MapOp, Pipeline, PipelineOutput, PipelineStep  # noqa: E402
from work import IN_FLIGHT, STEPS, text  # noqa: E402

given, found = folder / "given.json", folder / "found.json"
given.write_text(json.dumps([{"row": row, "document": text(row)} for row in range(rows)]))
operations = []
for step in range(1, STEPS + 1):
    before = f"{{{{ input.answer{step - 1} }}}}" if step > 1 else ""
    operations.append(
        MapOp(
            name=f"step{step}",
            type="map",
            prompt=f"<document>{{{{ input.document }}}}</document>\nStep {step}: "
            f"which sentence says when to pay? {before}",
            output={
                "schema": {f"answer{step}": "string", f"quote{step}": "string"},
                "mode": "structured_output",
            },
        )
    )
pipeline = Pipeline(
    name="work",
    datasets={"cases": Dataset(type="file", path=str(given))},
    operations=operations,
    steps=[
        PipelineStep(
            name="all", input="cases", operations=[operation.name for operation in operations]
        )
    ],
    output=PipelineOutput(type="file", path=str(found), intermediate_dir=str(folder / "between")),
    default_model="openai/scripted",
)
pipeline.run(max_threads=IN_FLIGHT)
answers = json.loads(found.read_text())
assert len(answers) == rows
assert all(row[f"answer{STEPS}"] for row in answers)
