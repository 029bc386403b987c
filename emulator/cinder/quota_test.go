package cinder

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The sentences are those of a cloud of release Zed.
func TestCheckQuota(t *testing.T) {
	typ := VolumeType{ID: "beta-id", Name: "beta"}
	one := quotaDeltas{Volumes: 1, Gigabytes: 2, PerVolume: 2}
	for _, test := range []struct {
		name   string
		limits map[string]int
		used   int // volumes of 2 GiB
		typ    VolumeType
		add    quotaDeltas
		want   string
	}{
		{name: "all is well", used: 1, typ: typ, add: one},
		{name: "the last one", limits: map[string]int{"volumes": 2, "gigabytes": 4}, used: 1, typ: typ, add: one},
		{"too many", map[string]int{"volumes": 1}, 1, typ, one, "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes'."},
		{"too many of the type", map[string]int{"volumes_beta": 0}, 0, typ, one, "VolumeLimitExceeded: Maximum number of volumes allowed (0) exceeded for quota 'volumes_beta'."},
		{name: "another type's limit", limits: map[string]int{"volumes_alpha": 0}, used: 1, typ: typ, add: one},
		{"too much", map[string]int{"gigabytes": 3}, 1, typ, one, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. " +
			"Requested 2G, quota is 3G and 2G has been consumed."},
		{"too much of the type", map[string]int{"gigabytes_beta": 1}, 0, typ, one, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed " +
			"gigabytes_beta quota. Requested 2G, quota is 1G and 0G has been consumed."},
		{"both: gigabytes come first", map[string]int{"gigabytes": 3, "volumes": 1}, 1, typ, one, "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot " +
			"exceeds allowed gigabytes quota. Requested 2G, quota is 3G and 2G has been consumed."},
		{"one volume too large", map[string]int{"per_volume_gigabytes": 1}, 0, typ, one, "VolumeSizeExceedsLimit: Requested volume size 2G is larger than maximum allowed limit 1G."},
		{name: "extending counts no volume", limits: map[string]int{"volumes": 1}, used: 1, typ: typ, add: quotaDeltas{Gigabytes: 1, PerVolume: 3}},
		{name: "no limit", limits: map[string]int{"volumes": -1, "gigabytes": -1}, used: 600, typ: typ, add: one},
		{name: "no type", used: 1, add: one},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newTestCloud(t)
			var err error
			_ = c.db.Update(func(tx *state.Tx) error {
				for range test.used {
					c.tally(tx, nil, &holding{Project: "p", Type: typ.ID, GiB: 2})
				}
				for resource, limit := range test.limits {
					c.quotas.Put(tx, QuotaLimit{Key: projectQuotaKey("p", resource), Resource: resource, Limit: limit})
				}
				err = c.checkQuota(tx, "p", test.typ, test.add)
				return nil
			})
			switch f := fail.As(err); {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (f == nil || f.Kind != fail.OverLimit || f.Text != test.want):
				t.Errorf("got:  %v\nwant: %s", err, test.want)
			}
		})
	}
}

// However volumes come, move, grow and go, the counts are what counting would give, and nothing is left in the end.
func TestTallyIsWhatCountingGives(t *testing.T) {
	c := newTestCloud(t)
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var volumes [20]*holding
	write := func(i int, h *holding) {
		_ = c.db.Update(func(tx *state.Tx) error {
			c.tally(tx, volumes[i], h)
			return nil
		})
		volumes[i] = h
	}
	for range 2000 {
		var h *holding
		if r.IntN(3) > 0 {
			h = &holding{holdsVolume, pick("p", "q"), pick("", "t", "u"), pick("", "h#1", "h#2"), 1 + r.IntN(9), r.IntN(5) == 0}
		}
		write(r.IntN(len(volumes)), h)
		checkTally(t, c, volumes[:])
	}
	for i := range volumes {
		write(i, nil)
	}
	if n := c.usages.Len(c.db.View()) + c.allocations.Len(c.db.View()); n != 0 {
		t.Errorf("%d rows left of nothing", n)
	}
}

func checkTally(t *testing.T, c *testCloud, volumes []*holding) {
	t.Helper()
	view := c.db.View()
	for _, project := range []string{"", "p", "q"} {
		for _, typ := range []string{"", "t", "u"} {
			if project == "" && typ == "" {
				continue
			}
			want := Usage{Key: usageKey(project, typ), Project: project, Type: typ}
			for _, h := range volumes {
				if h == nil || project != "" && h.Project != project || typ != "" && h.Type != typ {
					continue
				}
				want.AllVolumes++
				if !h.Exempt {
					want.Volumes++
					want.Gigabytes += h.GiB
				}
			}
			if got := c.usageOf(view, project, typ); got != want {
				t.Fatalf("got  %+v\nwant %+v", got, want)
			}
		}
	}
	for _, host := range []string{"h#1", "h#2"} {
		want := allocation{}
		for _, h := range volumes {
			if h != nil && h.Host == host {
				want = allocation{host, want.Volumes + 1, want.GiB + h.GiB}
			}
		}
		if got, _ := c.allocations.Get(view, host); got != want {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	}
}

func BenchmarkCheckQuotaAt100000Volumes(b *testing.B) {
	c := newTestCloud(b)
	typ, _ := c.typeNamed(c.db.View(), "lvmdriver-1")
	_ = c.db.Update(func(tx *state.Tx) error {
		for i := range 100_000 {
			c.tally(tx, nil, &holding{Project: fmt.Sprintf("p%d", i%100), Type: typ.ID, Host: "h#1", GiB: 1})
		}
		c.quotas.Put(tx, QuotaLimit{Key: projectQuotaKey("p1", "volumes"), Resource: "volumes", Limit: -1})
		return nil
	})
	add := quotaDeltas{Volumes: 1, Gigabytes: 0, PerVolume: 1}
	for b.Loop() {
		if err := c.checkQuota(c.db.View(), "p1", typ, add); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTally(b *testing.B) {
	c := newTestCloud(b)
	h := &holding{Project: "p", Type: "t", Host: "h#1", GiB: 1}
	for b.Loop() {
		_ = c.db.Update(func(tx *state.Tx) error {
			c.tally(tx, nil, h)
			return nil
		})
	}
}
