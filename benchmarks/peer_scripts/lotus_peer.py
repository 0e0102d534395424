"""The work as a LOTUS user writes it: three sem_map calls over a data frame, with its cache on.

It asks for text, as sem_map does: no schema and no quote.
"""

import os
import sys
from pathlib import Path

base_url, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.chdir(folder)

import lotus  # noqa: E402
import pandas as pd  # noqa: E402
from lotus.cache import CacheConfig, CacheFactory, CacheType  # noqa: E402
from lotus.models import LM  # noqa: E402
from work import IN_FLIGHT, STEPS, text  # noqa: E402

cache = CacheFactory.create_cache(
    CacheConfig(cache_type=CacheType.SQLITE, max_size=10 * rows, cache_dir=str(folder / "cache"))
)
model = LM(
    model="openai/scripted",
    api_base=base_url,
    api_key="none",
    max_batch_size=IN_FLIGHT,
    cache=cache,
)
lotus.settings.configure(lm=model, enable_cache=True)
frame = pd.DataFrame({"document": [text(row) for row in range(rows)]})
for step in range(1, STEPS + 1):
    before = f" {{answer{step - 1}}}" if step > 1 else ""
    asked = f"In {{document}}, step {step}: which sentence says when to pay?{before}"
    frame = frame.sem_map(asked, suffix=f"answer{step}")
frame.to_json(folder / "answers.json")
assert len(frame) == rows
assert frame[f"answer{STEPS}"].astype(bool).all()
