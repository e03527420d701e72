"""The OpenAPI description as one page that needs nothing from the internet.

The page that FastAPI brings loads its program from a public server, which a government network has not.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any

_STYLE = """
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
details{border:1px solid #ccc;border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}summary{cursor:pointer}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f5f5f5;padding:.6rem;overflow:auto}
.method{display:inline-block;min-width:3.5rem;font-weight:700}table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #ddd;text-align:left;vertical-align:top;padding:.2rem .5rem}
"""


def docs_page(openapi: dict[str, Any]) -> str:
    """HTML page of an OpenAPI 3.1 description: every operation, what it takes and what it answers."""
    operations = [
        _operation(openapi, method.upper(), path, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>{_fields(schema)}</details>'
        for name, schema in sorted(openapi["components"]["schemas"].items())
    ]
    info = openapi["info"]
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_text(info.get('description', ''))}</p>"
        '<p>OpenAPI: <a href="openapi.json">openapi.json</a></p>'
        f"<h2>接口 / operations</h2>{''.join(operations)}<h2>数据结构 / schemas</h2>{''.join(schemas)}"
    )


def _operation(openapi: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [f"<p>{_text(operation.get('description', ''))}</p>"]
    if parameters := operation.get("parameters"):
        rows = [
            f"<tr><td><code>{escape(p['name'])}</code><td>{p['in']}<td>{_type(p['schema'])}"
            f"<td>{_text(p.get('description', ''))}"
            for p in parameters
        ]
        parts.append(f"<h4>参数 / parameters</h4><table>{''.join(rows)}</table>")
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        parts.append(f"<h4>请求 / request</h4><p>{_type(schema)}</p>")
        named = openapi["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
        parts += [
            f"<pre>{escape(json.dumps(example, ensure_ascii=False, indent=2))}</pre>"
            for example in named.get("examples", [])
        ]
    answers = [
        f"<tr><td>{status}<td>{_text(answer['description'])}"
        f"<td>{', '.join(_type(content['schema']) for content in answer.get('content', {}).values())}"
        for status, answer in sorted(operation["responses"].items())
    ]
    parts.append(f"<h4>应答 / answers</h4><table>{''.join(answers)}</table>")
    return (
        f'<details><summary><span class="method">{method}</span> <code>{escape(path)}</code> '
        f"{escape(operation.get('summary', ''))}</summary>{''.join(parts)}</details>"
    )


def _fields(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", []))
    rows = [
        f"<tr><td><code>{escape(name)}</code>{' *' if name in required else ''}<td>{_type(field)}"
        f"<td>{_text(field.get('description', ''))}"
        for name, field in schema.get("properties", {}).items()
    ]
    return f"<p>{_text(schema.get('description', ''))}</p><table>{''.join(rows)}</table>" + _values(schema)


def _values(schema: dict[str, Any]) -> str:
    return "、".join(f"<code>{escape(str(value))}</code>" for value in schema.get("enum", []))


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " | ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return _values({"enum": schema.get("enum", [schema.get("const")])})
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return escape(str(schema.get("type", "any")))


def _text(text: str) -> str:
    return "<br>".join(escape(line) for line in text.strip().splitlines())
