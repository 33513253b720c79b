import { Alertmanager } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Alertmanager'
import { Prometheus } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/Prometheus'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import type { Model } from '../kinds.ts'
import { faultsOf } from '../schemas.ts'
import { nameOf, type Tree } from '../tree.ts'
import { releasesOf, type Values } from './releases.ts'

type Part = Readonly<Record<string, unknown>>

/** What the chart keeps for itself; the rest of both specs goes to the operator as it is. */
const CHARTS_OWN = /^(podAntiAffinity|\w+SelectorNilUsesHelmValues)$/

interface Storage {
  readonly volumeClaimTemplate?: Part
}

/** The model asks for a kind that no real claim has to name. */
const withKind = (storage: Storage): Storage =>
  storage.volumeClaimTemplate === undefined
    ? storage
    : {
        ...storage,
        volumeClaimTemplate: {
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'EmbeddedPersistentVolumeClaim',
          ...storage.volumeClaimTemplate,
        },
      }

/** The object that the chart makes of a spec; Prometheus' storage has a name of its own in the values. */
const asObject = ({ apiVersion, kind }: Model, { storageSpec, storage, ...spec }: Part) => ({
  apiVersion,
  kind,
  metadata: { name: 'k8s' },
  spec: {
    ...Object.fromEntries(Object.entries(spec).filter(([key]) => !CHARTS_OWN.test(key))),
    ...(storageSpec || storage ? { storage: withKind((storageSpec ?? storage) as Storage) } : {}),
  },
})

const policy = (rules: Part) => ({
  apiVersion: NetworkPolicy.apiVersion,
  kind: NetworkPolicy.kind,
  metadata: { name: 'k8s' },
  spec: { podSelector: {}, ...rules },
})

const present = (part: Part): Part =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))

/** Parts of the values that become objects of a known kind, by their path. */
const parts = ({ prometheus = {}, alertmanager = {} }: Values) => [
  {
    path: 'prometheus.prometheusSpec',
    model: Prometheus,
    object: asObject(Prometheus, prometheus.prometheusSpec ?? {}),
  },
  {
    path: 'alertmanager.alertmanagerSpec',
    model: Alertmanager,
    object: asObject(Alertmanager, alertmanager.alertmanagerSpec ?? {}),
  },
  {
    path: 'prometheus.networkPolicy',
    model: NetworkPolicy,
    object: policy(
      present({
        ingress: prometheus.networkPolicy?.ingress,
        egress: prometheus.networkPolicy?.egress,
      }),
    ),
  },
  {
    path: 'alertmanager.networkPolicy (additionalIngress)',
    model: NetworkPolicy,
    object: policy(present({ ingress: alertmanager.networkPolicy?.additionalIngress })),
  },
]

/** Types and keys of what the chart hands on: the operator or the cluster would refuse it, hours later. */
export const checkChartSpecs = (tree: Tree): string[] =>
  releasesOf(tree).flatMap(({ file, object: release, values }) =>
    parts(values).flatMap(({ path, model, object }) =>
      faultsOf(model, object).map(
        (fault) =>
          `${file}: ${nameOf(release)} sets ${path}, of which ${model.kind} says: ${fault}. Correct monitoring/src/release/base.yaml, or the patch.`,
      ),
    ),
  )
