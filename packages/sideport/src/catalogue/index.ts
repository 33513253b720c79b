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
  type LintRule,
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
export { lint } from './lint.ts'
export { type SelfMetrics, selfMetrics } from './self.ts'
