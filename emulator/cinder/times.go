package cinder

import (
	"strings"
	"time"
)

// stamp is a moment as Cinder's JSON has it: UTC, microseconds, no zone; null when it is zero.
type stamp time.Time

// MarshalJSON writes "2026-11-22T15:03:10.000000".
func (t stamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000000"`)), nil
}

// textStamp is a moment that is "" when it is zero.
type textStamp time.Time

// MarshalJSON writes a moment as stamp does.
func (t textStamp) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte(`""`), nil
	}
	return stamp(t).MarshalJSON()
}

// parseISOTime reads a moment as oslo.utils does: a date, and perhaps a time and a zone; without one it is UTC.
func parseISOTime(s string) (time.Time, error) {
	s = strings.Replace(s, " ", "T", 1)
	var err error
	for _, layout := range []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04:05",
		"2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02T15", "2006-01-02", "2006-01", "2006",
		"20060102T150405Z07:00", "20060102T150405", "20060102T1504", "20060102",
	} {
		var t time.Time
		if t, err = time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, err
}
