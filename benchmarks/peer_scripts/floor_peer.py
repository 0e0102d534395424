"""The work by hand: aiohttp, json and sqlite3 with group commit, and nothing else."""

import asyncio
import json
import sqlite3
import sys
from pathlib import Path

import aiohttp
from work import FORMAT, IN_FLIGHT, STEPS, prompt, text


async def main(base_url: str, rows: int, folder: Path) -> None:
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE cell (row INTEGER, step INTEGER, value TEXT, place INTEGER)")
    queue: asyncio.Queue = asyncio.Queue()
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def write() -> None:
        while True:
            batch = [await queue.get()]
            while not queue.empty():
                batch.append(queue.get_nowait())
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO cell VALUES (?, ?, ?, ?)", [b[0] for b in batch])
            database.execute("COMMIT")
            for _, done in batch:
                done.set_result(None)

    async def one(session: aiohttp.ClientSession, row: int) -> None:
        document, value = text(row), ""
        for step in range(1, STEPS + 1):
            messages = [{"role": "user", "content": prompt(document, step, value)}]
            body = json.dumps(
                {"model": "scripted", "messages": messages, "response_format": FORMAT}
            )
            async with slots:
                async with session.post(f"{base_url}/chat/completions", data=body) as reply:
                    told = (await reply.json())["choices"][0]["message"]["content"]
                answer = json.loads(told)
                value, place = answer["value"], document.find(answer["quote"])
                done = asyncio.get_running_loop().create_future()
                queue.put_nowait(((row, step, value, place), done))
                await done

    writer = asyncio.create_task(write())
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        await asyncio.gather(*(one(session, row) for row in range(rows)))
    writer.cancel()
    assert database.execute("SELECT count(*) FROM cell").fetchone() == (rows * STEPS,)


asyncio.run(main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
