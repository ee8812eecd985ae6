# One image for every service of the product; docker-compose.yml gives each its verb.

FROM python:3.11.15-slim-bookworm AS build
WORKDIR /build
RUN python -m venv --without-pip /opt/cityops
ENV PIP_PYTHON=/opt/cityops/bin/python
COPY requirements.lock ./
RUN pip install --require-hashes --only-binary :all: --requirement requirements.lock
COPY pyproject.toml README.md ./
COPY cityops cityops
COPY sensors_sim sensors_sim
COPY sharing sharing
COPY ingest ingest
COPY alerts alerts
COPY cases cases
COPY cap cap
COPY citizens citizens
COPY dashboard dashboard
COPY portal portal
RUN pip install --no-deps --no-build-isolation . \
    && pip uninstall --yes hatchling editables

FROM python:3.11.15-slim-bookworm
# The number is fixed because deploy/secrets.sh gives the secrets to it.
RUN groupadd --gid 10001 cityops \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin cityops \
    && mkdir /open-files \
    && chown cityops:cityops /open-files
COPY --from=build /opt/cityops /opt/cityops
ENV PATH=/opt/cityops/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1
WORKDIR /opt/cityops
USER 10001:10001
ENTRYPOINT ["cityops"]
