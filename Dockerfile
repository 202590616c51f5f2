# net30 in a container: docs/deployment.md. Two targets:
#   server  (the last, so the default) screens, API, worker and what learns from a ledger
#   slim    API, sign-in and worker, without the screens and without training
# Everything that is installed is pinned by hash in requirements/*.lock.

ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS wheel
WORKDIR /build
COPY requirements/build.lock requirements/
RUN python -m venv tools \
    && tools/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN tools/bin/hatchling build -t wheel -d dist

FROM ${BASE} AS slim-packages
WORKDIR /build
COPY requirements/slim.lock requirements/
RUN python -m venv --without-pip /opt/net30 \
    && python -m pip --python /opt/net30 install --no-cache-dir --require-hashes \
        --only-binary :all: -r requirements/slim.lock \
    && find /opt/net30 -type d -name tests -prune -exec rm -r {} +
COPY --from=wheel /build/dist dist
RUN python -m pip --python /opt/net30 install --no-cache-dir --no-deps --no-index dist/*.whl

FROM ${BASE} AS server-packages
WORKDIR /build
COPY requirements/server.lock requirements/
RUN python -m venv --without-pip /opt/net30 \
    && python -m pip --python /opt/net30 install --no-cache-dir --require-hashes \
        --only-binary :all: -r requirements/server.lock \
    && find /opt/net30 -type d -name tests -prune -exec rm -r {} +
COPY --from=wheel /build/dist dist
RUN python -m pip --python /opt/net30 install --no-cache-dir --no-deps --no-index dist/*.whl

FROM ${BASE} AS runtime
# Numbers, so that Kubernetes sees that it is not root; /data and /backups are all that is written.
RUN groupadd --gid 10001 net30 \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /bin/false net30 \
    && install -d -o 10001 -g 10001 -m 0750 /data /backups
ENV PATH=/opt/net30/bin:$PATH \
    HOME=/data \
    NET30_HOME=/data \
    XDG_CACHE_HOME=/tmp/cache \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /data
VOLUME /data
EXPOSE 8501
USER 10001:10001
# For `net30 serve`; a container that runs `net30 work` switches it off.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as ask; ask.urlopen('http://127.0.0.1:' + os.environ.get('NET30_PORT', '8501') + '/health', timeout=4)"]
ENTRYPOINT ["net30"]

FROM runtime AS slim
COPY --from=slim-packages /opt/net30 /opt/net30
CMD ["serve", "--host", "0.0.0.0", "--no-screens"]

FROM runtime AS server
# LightGBM's wheel takes OpenMP from the system.
USER 0
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
COPY --from=server-packages /opt/net30 /opt/net30
CMD ["serve", "--host", "0.0.0.0"]
