export {
  type Aggregation,
  type Catalogue,
  type CounterDefinition,
  counter,
  type Definition,
  type GaugeDefinition,
  gauge,
  type HistogramDefinition,
  histogram,
} from './definition.ts'
export {
  type Dimension,
  type LabelSet,
  type LabelsOf,
  OTHER,
  oneOf,
  open,
  pairs,
} from './labels.ts'
export { type LintRule, lint } from './lint/index.ts'
export { type SelfMetrics, selfMetrics } from './self.ts'
