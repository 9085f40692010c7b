# Two stages: the first has pip and makes everything; the second only runs it, as nobody's user,
# on a file system that may be read-only. Pin the base by digest where your rules ask for it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY bot bot
COPY content content
COPY locales locales
# Content that does not pass its checks makes no image. What triage learns is kept beside the
# program (outside of /app/var, which is mounted over), so that a start need not learn it.
ENV BOT_CACHE_DIR=/app/cache
RUN /venv/bin/python -m bot check --quiet \
    && /venv/bin/python -m bot ask hello >/dev/null \
    && /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash bot

FROM python:3.11-slim-bookworm
WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home clearleaf && install -d -o clearleaf /app/var
COPY --from=build /venv /venv
COPY --from=build /app /app
# Inside a container all addresses are the container's own; what is published is decided outside.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BOT_CACHE_DIR=/app/cache BOT_HOST=0.0.0.0
USER 10001
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ.get(\"BOT_PORT\") or 8080}/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run"]
