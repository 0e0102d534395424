"""The work as a LangGraph user writes it: a graph of three nodes, checkpointed in SQLite."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TypedDict

from langchain_openai import ChatOpenAI
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from work import FORMAT, IN_FLIGHT, STEPS, prompt, text


class Case(TypedDict, total=False):
    document: str
    answer1: str
    answer2: str
    answer3: str


async def main(base_url: str, rows: int, folder: Path) -> None:
    plain = ChatOpenAI(model="scripted", base_url=base_url, api_key="none", temperature=0)
    model = plain.bind(response_format=FORMAT)

    def node(step: int):
        async def run(case: Case) -> Case:
            before = case.get(f"answer{step - 1}", "")
            answer = await model.ainvoke(prompt(case["document"], step, before))
            return {f"answer{step}": json.loads(answer.content)["value"]}

        return run

    graph = StateGraph(Case)
    for step in range(1, STEPS + 1):
        graph.add_node(f"step{step}", node(step))
        graph.add_edge(START if step == 1 else f"step{step - 1}", f"step{step}")
    graph.add_edge(f"step{STEPS}", END)
    slots = asyncio.Semaphore(IN_FLIGHT)
    async with AsyncSqliteSaver.from_conn_string(str(folder / "graph.db")) as saver:
        app = graph.compile(checkpointer=saver)

        async def one(row: int) -> str:
            async with slots:
                config = {"configurable": {"thread_id": str(row)}}
                case = await app.ainvoke({"document": text(row)}, config)
                return case[f"answer{STEPS}"]

        answers = await asyncio.gather(*(one(row) for row in range(rows)))
    assert all(answers)
    assert len(answers) == rows


asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
