// Manifests for the figures: one long file, a workspace of many documents, a workspace of
// kustomizations. The same numbers give the same texts.

import fs from "node:fs";
import path from "node:path";

/** A Deployment as people write them, 44 lines; not all is well with it. */
export const deployment = (name) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  labels:
    app: ${name}
spec:
  replicas: 3
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: main
          image: registry.example.com/${name}:1.4.2
          ports:
            - name: http
              containerPort: 8080
          envFrom:
            - configMapRef:
                name: ${name}-settings
          securityContext:
            privileged: false
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
`;

/** 11 lines. */
export const service = (name) => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`;

export const settings = (name) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}-settings
data:
  LEVEL: info
  MODE: ${name}
`;

export const budget = (name) => `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: ${name}
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: ${name}
`;

/** A file of about so many lines: Deployments, their Services and settings. */
export function long(lines) {
  const parts = [];
  for (let count = 0, number = 0; count < lines; number += 1) {
    for (const make of [deployment, service, settings]) {
      const text = make(`app-${number}`);
      parts.push(text);
      count += text.split("\n").length;
    }
  }
  return parts.join("---\n");
}

function write(root, files) {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(root, file);
    fs.mkdirSync(path.dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
  }
}

/** So many documents, four an application, a namespace for every fifty of them. */
export function plain(root, documents) {
  for (let number = 0; number * 4 < documents; number += 1) {
    const [name, team] = [`app-${number}`, `team-${Math.floor(number / 50)}`];
    const owned = (text) => text.replace("metadata:\n", `metadata:\n  namespace: ${team}\n`);
    write(path.join(root, team, name), {
      "deployment.yaml": owned(deployment(name)),
      "service.yaml": owned(service(name)),
      "settings.yaml": owned(settings(name)),
      "budget.yaml": owned(budget(name)),
    });
  }
}

/** So many kustomizations: bases, and three overlays of each. */
export function kustomizations(root, count) {
  const head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
  for (let number = 0; number * 4 < count; number += 1) {
    const name = `app-${number}`;
    write(path.join(root, name, "base"), {
      "kustomization.yaml": `${head}resources:\n  - deployment.yaml\n  - service.yaml\n  - settings.yaml\n`,
      "deployment.yaml": deployment(name),
      "service.yaml": service(name),
      "settings.yaml": settings(name),
    });
    for (const stage of ["dev", "staging", "prod"]) {
      write(path.join(root, name, stage), {
        "kustomization.yaml": `${head}namespace: ${stage}\nnamePrefix: ${stage}-\nresources:\n  - ../base\npatches:\n  - path: patch.yaml\n`,
        "patch.yaml": `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  replicas: 5\n`,
      });
    }
  }
}

/** What yaml-language-server is given to check the same files with. */
export const SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  required: ["apiVersion", "kind", "metadata"],
  properties: {
    apiVersion: { type: "string", description: "The version of the API." },
    kind: { type: "string", description: "The kind of the object." },
    metadata: {
      type: "object",
      required: ["name"],
      properties: { name: { type: "string", description: "Its name." }, labels: { type: "object", additionalProperties: { type: "string" } } },
    },
    data: { type: "object", additionalProperties: { type: "string" } },
    spec: {
      type: "object",
      properties: {
        replicas: { type: "integer", description: "How many pods." },
        selector: { type: "object" },
        template: {
          type: "object",
          properties: {
            spec: {
              type: "object",
              required: ["containers"],
              properties: {
                automountServiceAccountToken: { type: "boolean" },
                containers: {
                  type: "array",
                  items: {
                    type: "object",
                    required: ["name"],
                    properties: {
                      name: { type: "string" },
                      image: { type: "string", description: "The image to run." },
                      securityContext: {
                        type: "object",
                        properties: { privileged: { type: "boolean", description: "May do everything." } },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
