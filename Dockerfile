# docker build -t wyoming-whisper .                       for the CPU
# docker build -t wyoming-whisper --build-arg CUDA=1 .    for an NVIDIA GPU as well
FROM python:3.11-slim-bookworm

ARG CUDA=0
ENV VIRTUAL_ENV=/opt/wyoming-whisper
ENV PATH=${VIRTUAL_ENV}/bin:${PATH}
WORKDIR /usr/src/wyoming-whisper

# The packages come first: they change seldom.
COPY constraints.txt ./
RUN python3 -m venv ${VIRTUAL_ENV} \
    && sed -n '/^# \[serve\]/,/^# \[/p' constraints.txt \
       | python -m pip install --no-cache-dir --no-deps -r /dev/stdin
# CTranslate2 needs cuBLAS and nothing else of CUDA; 12.9.3.13 is 0.6 GB.
RUN if [ "${CUDA}" = 1 ]; then python -m pip install --no-cache-dir --no-deps nvidia-cublas-cu12==12.9.3.13; fi
COPY pyproject.toml README.md LICENSE THIRD_PARTY_NOTICES.md ./
COPY wyoming_whisper wyoming_whisper
RUN python -m pip install --no-cache-dir --no-deps --no-build-isolation .

# Everything that is written goes to /data, so the rest may be mounted read-only; that includes
# uploads above 1 MB, which have no name there and are gone with their request. CUDA's cache saves
# newer GPUs from compiling the kernels at each start.
RUN useradd --system --uid 10300 --home-dir /data --create-home wyoming
ENV WYOMING_WHISPER_DATA_DIR=/data
ENV TMPDIR=/data
ENV HF_HOME=/data/.huggingface
ENV CUDA_CACHE_PATH=/data/.cuda-cache
ENV CUDA_CACHE_MAXSIZE=2147483648
ENV NVIDIA_VISIBLE_DEVICES=all
ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility
ENV PYTHONDONTWRITEBYTECODE=1
VOLUME /data
USER wyoming
# Wyoming and HTTP.
EXPOSE 10300 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["wyoming-whisper", "health-check"]
ENTRYPOINT ["wyoming-whisper"]
