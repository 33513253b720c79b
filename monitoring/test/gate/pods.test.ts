import { refusesByPrograms, STAGE } from '../support/refusals.ts'

refusesByPrograms([
  [
    'a probe of a port that the container does not declare',
    ({ change }) => change(`${STAGE}/apps/worker.yaml`, 'port: probes', 'port: probe'),
    ['apps/worker.yaml', 'startupProbe asks a port named probe'],
  ],
  [
    'a mount of a volume that is not there',
    ({ change }) =>
      change(
        `${STAGE}/apps/worker.yaml`,
        /volumes:\n {8}- name: tmp/,
        'volumes:\n        - name: temp',
      ),
    ['apps/worker.yaml', 'mounts the volume tmp, which the pod does not have'],
  ],
  [
    'an image without a tag',
    ({ change }) =>
      change(`${STAGE}/apps/kustomization.yaml`, 'backend\n    newTag', 'backends\n    newTag'),
    ['apps/api.yaml', 'ghcr.io/verifluence/backend has no tag'],
  ],
  [
    'a pod that is killed while it drains',
    ({ change }) =>
      change(
        `${STAGE}/apps/api.yaml`,
        'terminationGracePeriodSeconds: 40',
        'terminationGracePeriodSeconds: 25',
      ),
    ['apps/api.yaml', 'terminationGracePeriodSeconds is 25', 'take 25'],
  ],
])
