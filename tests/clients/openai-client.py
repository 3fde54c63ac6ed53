"""The official OpenAI client for Python, unchanged, against a running Pressmark. Usage: openai-client.py URL TOKEN PROJECT"""

import asyncio
import json
import math
import sys
from typing import Literal, Optional

import openai
from pydantic import BaseModel, Field

url, token, project = sys.argv[1:]
client = openai.OpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0)
MODEL = "smollm2-135m-instruct"
EMBEDDING = "bge-small-en-v1.5"
STORY = [{"role": "user", "content": "Tell me a long story about a lighthouse."}]


def fails(kind, call, **expected):
    """The call must raise exactly this exception, with these attributes."""
    try:
        call()
    except openai.APIStatusError as error:
        assert type(error) is kind, f"{type(error)} instead of {kind}: {error}"
        for name, value in expected.items():
            assert getattr(error, name) == value, f"{name} is {getattr(error, name)!r}"
        return error
    raise AssertionError(f"{kind} was not raised")


def models():
    ids = [model.id for model in client.models.list()]
    assert MODEL in ids and EMBEDDING in ids and f"pressmark/{project}" in ids, ids
    for model in ids:
        assert client.models.retrieve(model).id == model


def completion():
    answer = client.chat.completions.create(model=MODEL, messages=STORY, max_tokens=8, temperature=0.5, seed=1, top_p=0.9, stop=["\n\n\n"])
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 8
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 8
    again = client.chat.completions.create(model=MODEL, messages=STORY, max_tokens=8, temperature=0.5, seed=1, top_p=0.9)
    assert again.choices[0].message.content == answer.choices[0].message.content


def stream():
    options = {"include_usage": True}
    chunks = list(client.chat.completions.create(model=MODEL, messages=STORY, max_tokens=12, temperature=0, stream=True, stream_options=options))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    whole = client.chat.completions.create(model=MODEL, messages=STORY, max_tokens=12, temperature=0)
    assert text == whole.choices[0].message.content
    assert chunks[-1].usage == whole.usage and chunks[-1].choices == []
    short = [{"role": "user", "content": "Say the word yes."}]
    with client.chat.completions.stream(model=MODEL, messages=short, temperature=0) as gathered:
        events = [event.type for event in gathered]
        final = gathered.get_final_completion().choices[0]
    assert final.finish_reason == "stop" and final.message.content
    assert "content.delta" in events and "content.done" in events


class Pet(BaseModel):
    kind: Literal["cat", "dog"]


class Person(BaseModel):
    name: str
    age: int = Field(ge=0, le=120)
    born: int = Field(ge=1900)
    height: float = Field(gt=0, lt=3)
    pet: Optional[Pet]
    likes: list[Literal["tea", "coffee"]]


def parse():
    messages = [{"role": "user", "content": "Tom is five years old and has a cat."}]
    answer = client.chat.completions.parse(model=MODEL, messages=messages, response_format=Person, max_tokens=600, temperature=0)
    assert isinstance(answer.choices[0].message.parsed, Person), answer


class GetWeather(BaseModel):
    """The weather of a city."""

    city: str
    unit: Literal["C", "F"]


def tools():
    messages = [{"role": "user", "content": "What is the weather in Paris?"}]
    offered = [openai.pydantic_function_tool(GetWeather)]
    answer = client.chat.completions.parse(model=MODEL, messages=messages, tools=offered, tool_choice="required", max_tokens=200)
    call = answer.choices[0].message.tool_calls[0]
    assert isinstance(call.function.parsed_arguments, GetWeather)
    messages += [answer.choices[0].message.model_dump(exclude_none=True, exclude={"parsed"}), {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
    with client.chat.completions.stream(model=MODEL, messages=messages, tools=offered, tool_choice="required", max_tokens=200) as gathered:
        gathered.until_done()
        final = gathered.get_final_completion()
    assert final.choices[0].finish_reason == "tool_calls"
    json.loads(final.choices[0].message.tool_calls[0].function.arguments)


def documents():
    messages = [{"role": "user", "content": "How much does a season ticket for the walled garden cost?"}]
    message = client.chat.completions.create(model=f"pressmark/{project}", messages=messages).choices[0].message
    assert "25 euros" in message.content and "[1]" in message.content, message
    assert message.answered is True and message.citations[0]["quote"]
    with client.chat.completions.stream(model=f"pressmark/{project}", messages=messages) as gathered:
        gathered.until_done()
        final = gathered.get_final_completion().choices[0].message
    assert "25 euros" in final.content and final.citations[0]["filename"] == "garden.md", final


def embeddings():
    texts = ["The garden opens at seven.", "花园七点开门"]
    decoded = client.embeddings.create(model=EMBEDDING, input=texts)
    numbers = client.embeddings.create(model=EMBEDDING, input=texts, encoding_format="float")
    for one, other in zip(decoded.data, numbers.data, strict=True):
        assert len(one.embedding) == 384
        assert all(math.isclose(a, b, abs_tol=1e-7) for a, b in zip(one.embedding, other.embedding, strict=True))
        assert math.isclose(sum(value * value for value in one.embedding), 1, rel_tol=1e-4)
    assert decoded.usage.prompt_tokens > 10


def errors():
    wrong = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-wrong", max_retries=0)
    complete = client.chat.completions.create
    fails(openai.AuthenticationError, lambda: wrong.models.list(), code="invalid_api_key", status_code=401)
    fails(openai.NotFoundError, lambda: complete(model="gpt-4o", messages=STORY), code="model_not_found", param="model")
    fails(openai.NotFoundError, lambda: client.models.retrieve("gpt-4o"), code="model_not_found")
    fails(openai.BadRequestError, lambda: complete(model=MODEL, messages=STORY, temperature=7), param="temperature")
    fails(openai.BadRequestError, lambda: complete(model=MODEL, messages=STORY, n=2), param="n")
    long = [{"role": "user", "content": "word " * 5000}]
    fails(openai.BadRequestError, lambda: complete(model=MODEL, messages=long), code="context_length_exceeded")
    fails(openai.BadRequestError, lambda: client.embeddings.create(model=EMBEDDING, input="x", dimensions=99), param="dimensions")
    fails(openai.BadRequestError, lambda: client.embeddings.create(model=EMBEDDING, input=[[1, 2]]), param="input")


def raw():
    answer = client.chat.completions.with_raw_response.create(model=MODEL, messages=STORY, max_tokens=2)
    assert answer.status_code == 200 and answer.headers["x-request-id"]
    assert answer.parse().usage.completion_tokens == 2
    asked = {"model": MODEL, "messages": STORY, "max_tokens": 2, "stream": True}
    with client.chat.completions.with_streaming_response.create(**asked) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line.startswith("data:")]
    assert lines[-1] == "data: [DONE]" and json.loads(lines[0][5:])["choices"][0]["delta"]["role"] == "assistant"


def leave():
    """A stream that is closed does not go on in secret: the next answer need not wait for its 3,000 tokens."""
    chunks = client.chat.completions.create(model=MODEL, messages=STORY, max_tokens=3000, stream=True)
    for _, chunk in zip(range(3), chunks):
        assert chunk.choices[0].finish_reason is None
    chunks.close()
    client.with_options(timeout=15).chat.completions.create(model=MODEL, messages=STORY, max_tokens=1)


def together():
    """Requests at once: all are answered while there is room, and beyond it some are told when to come back."""

    settings = openai.OpenAI(base_url=f"{url}/api", api_key=token)
    settings.put("/settings", body={"heavy_requests_per_minute": 0}, cast_to=object)

    async def ask(at_once):
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0) as many:
            calls = [many.chat.completions.create(model=MODEL, messages=STORY, max_tokens=1) for _ in range(at_once)]
            return await asyncio.gather(*calls, return_exceptions=True)

    for answer in asyncio.run(ask(8)):
        assert not isinstance(answer, Exception), answer
        assert answer.usage.completion_tokens == 1
    answers = asyncio.run(ask(120))
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert 0 < len(refused) < 120, len(refused)
    for error in refused:
        assert type(error) is openai.InternalServerError and error.status_code == 503, error
        assert int(error.response.headers["retry-after"]) > 0


def limit():
    settings = openai.OpenAI(base_url=f"{url}/api", api_key=token)
    settings.put("/settings", body={"heavy_requests_per_minute": 1}, cast_to=object)
    complete = lambda: client.chat.completions.create(model=MODEL, messages=STORY, max_tokens=1)
    complete()
    error = fails(openai.RateLimitError, complete, code="rate_limit_exceeded", status_code=429)
    assert int(error.response.headers["retry-after"]) > 0
    settings.put("/settings", body={"heavy_requests_per_minute": 0}, cast_to=object)
    complete()


for check in [models, completion, stream, parse, tools, documents, embeddings, errors, raw, leave, together, limit]:
    check()
    print(f"{check.__name__} ok", flush=True)
