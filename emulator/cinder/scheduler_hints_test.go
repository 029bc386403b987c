package cinder

import "testing"

// What hints do where their filters are configured, as scheduler/filters/affinity_filter.py has it.
func TestSchedulerHints(t *testing.T) {
	hint := func(c *testCloud, hints string) string {
		t.Helper()
		out := c.must(t, "demo", "POST", "/volumes", `{"volume": {"size": 1}, "OS-SCH-HNT:scheduler_hints": `+hints+`}`)
		id := out["volume"].(map[string]any)["id"].(string)
		v := c.must(t, "admin", "GET", "/volumes/"+id, "")["volume"].(map[string]any)
		host, _ := v["os-vol-host-attr:host"].(string)
		return host
	}
	c := newTestCloud(t, func(cfg *Config, _ *Ports) {
		cfg.SchedulerDefaultFilters = []string{filterZone, filterCapacity, filterCapabilities, filterDifferentBackend, filterSameBackend}
	})
	one := c.newVolume(t, `, "volume_type": "lvmdriver-1"`)
	two := c.newVolume(t, `, "volume_type": "lvmdriver-2"`)
	c.statusOf(t, two)
	const first, second = "fauxstack@lvmdriver-1#lvmdriver-1", "fauxstack@lvmdriver-2#lvmdriver-2"
	for hints, want := range map[string]string{
		`{"same_host": "` + one + `"}`:                                  first,
		`{"same_host": ["` + two + `"]}`:                                second,
		`{"different_host": "` + one + `"}`:                             second,
		`{"different_host": ["` + one + `", "` + two + `"]}`:            "",
		`{"same_host": "` + one + `", "different_host": "` + one + `"}`: "",
		`{"same_host": "` + serverOne + `"}`:                            "",
		`{"different_host": []}`:                                        hint(c, `{}`),
	} {
		if got := hint(c, hints); got != want && hints != `{"different_host": []}` || got == "" && want != "" {
			t.Errorf("%s: %q, want %q", hints, got, want)
		}
	}
	c = newTestCloud(t)
	one = c.newVolume(t, `, "volume_type": "lvmdriver-1"`)
	c.statusOf(t, one)
	if got := hint(c, `{"same_host": "`+serverOne+`"}`); got == "" {
		t.Error("without the filter nobody heeds the hint")
	}
}
