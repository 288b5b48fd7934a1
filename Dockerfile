FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements-build.lock requirements.lock ./
RUN python -m venv /tools \
 && /tools/bin/pip install --require-hashes -r requirements-build.lock \
 && python -m venv /app/venv \
 && /app/venv/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY handlers handlers
COPY sandbox sandbox
# Bytecode is made here, once: the running image never writes, and never compares times.
RUN /tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /app/venv/bin/pip install --no-deps --no-index /wheels/*.whl \
 && /app/venv/bin/python -m compileall -q -f --invalidation-mode unchecked-hash /app/venv/lib

FROM python:3.12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 1001 candlefish \
 && useradd --uid 1001 --gid 1001 --no-create-home --shell /usr/sbin/nologin candlefish \
 && install -d -o 1001 -g 1001 -m 0700 /data
COPY --from=build /app/venv /app/venv
COPY alert_routes /app/alert_routes
COPY runbooks /app/runbooks
# The root file system may be read-only: what is written, SQLite's scratch files too, goes to /data.
ENV PATH=/app/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/data \
    CANDLEFISH_HOST=0.0.0.0 \
    CANDLEFISH_DATA_DIR=/data \
    CANDLEFISH_ROUTES_DIR=/app/alert_routes \
    CANDLEFISH_RUNBOOKS_DIR=/app/runbooks
WORKDIR /app
USER 1001:1001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + (os.environ.get('CANDLEFISH_PORT') or '8080') + '/readyz', timeout=4)"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["candlefish", "serve"]
