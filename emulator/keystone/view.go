package keystone

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// selfLink is the link that every resource shows.
type selfLink struct {
	Self string `json:"self"`
}

// orNull is null for what is not there.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func orNone(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// withExtra writes a view with further attributes ahead of its own; its own win.
func withExtra(extra map[string]any, view any) ([]byte, error) {
	own, err := json.Marshal(view)
	if err != nil || len(extra) == 0 {
		return own, err
	}
	var known map[string]json.RawMessage
	if err := json.Unmarshal(own, &known); err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if _, mine := known[name]; mine {
			continue
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(extra[name])
		if err != nil {
			return nil, err
		}
		out = append(append(append(append(out, key...), ':'), value...), ',')
	}
	return append(out, own[1:]...), nil
}

// stamp is how times are shown that are not a token's, null for none.
func stamp(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format("2006-01-02T15:04:05.000000")
	return &s
}

// tokenTime is how tokens write times: always with microseconds, which are always zero.
func tokenTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
