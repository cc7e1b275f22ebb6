# docker build -t convlab . && docker run --rm -p 127.0.0.1:8888:8888 convlab
# JupyterLab prints its address with a token. To keep your work: -v convlab-notebooks:/home/node/convlab/notebooks
FROM node:22-bookworm

RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 python3-venv g++ \
  && rm -rf /var/lib/apt/lists/*

USER node
WORKDIR /home/node/convlab
COPY --chown=node:node . .
RUN npm run setup && npm cache clean --force

EXPOSE 8888
CMD ["npm", "start", "--", "--no-browser", "--ip=0.0.0.0"]
