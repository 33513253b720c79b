import { availabilityGroups } from './availability.ts'
import type { RecordingGroup } from './recording.ts'

export const recordingGroups: readonly RecordingGroup[] = availabilityGroups
