package cinder

import "time"

// stamp is a moment as Cinder's JSON has it: UTC, microseconds, no zone; null when it is zero.
type stamp time.Time

// MarshalJSON writes "2026-11-22T15:03:10.000000".
func (t stamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000000"`)), nil
}
