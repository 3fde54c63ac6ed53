"""The other rival of bench/http.mjs: FastAPI on uvicorn with sqlite3. `python fastapi_list.py LIBRARY`"""
import json
import socket
import sqlite3
import sys
from datetime import datetime, timezone

import uvicorn
from fastapi import FastAPI

connection = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, check_same_thread=False)
connection.row_factory = sqlite3.Row
app = FastAPI()
QUERY = """SELECT id, project_id, filename, mime_type, size_bytes, sha256, state, pages, chunks, embedded_chunks, error, metadata,
  created_at, updated_at FROM documents WHERE project_id = ? ORDER BY id DESC LIMIT ?"""


@app.get("/api/documents")
async def documents(project_id: str, limit: int = 50):
    rows = connection.execute(QUERY, (project_id, limit + 1)).fetchall()
    items = [dict(row) for row in rows[:limit]]
    for item in items:
        item["error"] = json.loads(item["error"]) if item["error"] else None
        item["metadata"] = json.loads(item["metadata"])
        item["content"] = None
    cursor = items[-1]["id"] if len(rows) > limit else None
    data = {"items": items, "next_cursor": cursor}
    return {"status": "success", "data": data, "message": "OK", "timestamp": datetime.now(timezone.utc).isoformat()}


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
