"""Functions that Pixeltable may call; they must live in a module of their own."""

import json

import pixeltable as pxt
from work import prompt


@pxt.udf
def asked(document: str, step: int, before: str) -> str:
    return prompt(document, step, before)


@pxt.udf
def value_of(reply: pxt.Json) -> str:
    return json.loads(reply["choices"][0]["message"]["content"])["value"]
