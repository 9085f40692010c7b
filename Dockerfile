FROM python:3.11-slim AS build
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY bot bot
COPY content content
COPY locales locales
# Content that does not pass its checks makes no image.
RUN /venv/bin/python -m bot check --quiet

FROM python:3.11-slim
WORKDIR /app
RUN useradd --system --uid 10001 clearleaf && install -d -o clearleaf /app/var
COPY --from=build /venv /venv
COPY --from=build /app /app
USER clearleaf
VOLUME /app/var
CMD ["/venv/bin/python", "-m", "bot", "run"]
