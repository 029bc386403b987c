package cinder

import (
	"errors"
	"fmt"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// scheduled runs the scheduler over backends that hold volumes of so many GiB, by backend.
func scheduled(tb testing.TB, backends []Backend, holds map[string]int, req scheduleRequest) (Backend, error) {
	tb.Helper()
	c := newTestCloud(tb, func(cfg *Config, _ *Ports) { cfg.Backends = backends })
	_ = c.db.Update(func(tx *state.Tx) error {
		for _, b := range c.backends {
			if gib := holds[b.Name]; gib > 0 {
				c.tally(tx, nil, &holding{Project: "p", Type: "t", Host: b.Host, GiB: gib})
			}
		}
		return nil
	})
	return c.schedule(c.db.View(), req)
}

func typeWith(key, value string) VolumeType {
	return VolumeType{ExtraSpecs: map[string]*string{key: &value}}
}

func capacity(c Capacity) *Capacity { return &c }

func TestSchedule(t *testing.T) {
	thick := Backend{Name: "thick", TotalCapacity: 100}
	thin := Backend{Name: "thin", TotalCapacity: 100, ThinProvisioning: true, MaxOverSubscriptionRatio: 2}
	for _, test := range []struct {
		name     string
		backends []Backend
		holds    map[string]int
		req      scheduleRequest
		want     string // "" for none
	}{
		{"the most room wins", []Backend{thick, {Name: "big", TotalCapacity: 200}}, nil, scheduleRequest{Size: 1}, "big"},
		{"the first of equals wins", []Backend{thick, {Name: "twin", TotalCapacity: 100}}, nil, scheduleRequest{Size: 1}, "thick"},
		{"volumes take room", []Backend{thick, {Name: "twin", TotalCapacity: 100}}, map[string]int{"thick": 1}, scheduleRequest{Size: 1}, "twin"},
		{"a thin backend promises more than it has", []Backend{thick, thin}, nil, scheduleRequest{Size: 150}, "thin"},
		{"but not without end", []Backend{thin}, map[string]int{"thin": 100}, scheduleRequest{Size: 101}, ""},
		{"a thick type does not use what is only promised", []Backend{thin}, nil, scheduleRequest{Size: 101, Type: typeWith(specProvisioningType, "thick")}, ""},
		{"all of a thick backend", []Backend{thick}, nil, scheduleRequest{Size: 100}, "thick"},
		{"more than all of it", []Backend{thick}, nil, scheduleRequest{Size: 101}, ""},
		{"what is reserved is not given away", []Backend{{Name: "r", TotalCapacity: 100, ReservedPercentage: 10}}, nil, scheduleRequest{Size: 91}, ""},
		{"up to what is reserved", []Backend{{Name: "r", TotalCapacity: 100, ReservedPercentage: 10}}, nil, scheduleRequest{Size: 90}, "r"},
		{"less free than there should be", []Backend{{Name: "r", TotalCapacity: 100, FreeCapacity: capacity(5)}}, nil, scheduleRequest{Size: 6}, ""},
		{"infinite room comes last", []Backend{{Name: "endless", TotalCapacity: Infinite}, thick}, nil, scheduleRequest{Size: 1}, "thick"},
		{"infinite room", []Backend{{Name: "endless", TotalCapacity: Infinite}, thick}, nil, scheduleRequest{Size: 1000}, "endless"},
		{"unknown total, nothing reserved", []Backend{{Name: "u", TotalCapacity: Unknown, FreeCapacity: capacity(1)}}, nil, scheduleRequest{Size: 1000}, "u"},
		{"unknown total, some reserved", []Backend{{Name: "u", TotalCapacity: Unknown, FreeCapacity: capacity(1), ReservedPercentage: 1}}, nil, scheduleRequest{Size: 1}, ""},
		{"no capacity at all", []Backend{{Name: "none"}}, nil, scheduleRequest{Size: 1}, ""},
		{"all reserved", []Backend{{Name: "r", TotalCapacity: 9, ReservedPercentage: 100, ThinProvisioning: true}}, nil, scheduleRequest{Size: 1}, ""},
		{"the zone asked for", []Backend{thick, {Name: "east", Zone: "east", TotalCapacity: 10}}, nil, scheduleRequest{Size: 1, Zones: []string{"west", "east"}}, "east"},
		{"a zone without backends", []Backend{thick}, nil, scheduleRequest{Size: 1, Zones: []string{"west"}}, ""},
		{"a backend by name", []Backend{thin, thick}, nil, scheduleRequest{Size: 1, Type: typeWith("volume_backend_name", "thick")}, "thick"},
		{"a capability that changes", []Backend{thin, thick}, map[string]int{"thick": 5}, scheduleRequest{Size: 1, Type: typeWith("allocated_capacity_gb", ">= 5")}, "thick"},
		{
			"a capability of one's own",
			[]Backend{thin, {Name: "ssd", TotalCapacity: 5, Capabilities: map[string]any{"ssd": true}}},
			nil,
			scheduleRequest{Size: 1, Type: typeWith("ssd", "<is> true")},
			"ssd",
		},
		{"a protocol by another of its names", []Backend{thick}, nil, scheduleRequest{Size: 1, Type: typeWith("storage_protocol", "iscsi")}, "thick"},
		{"the store's key filters nothing", []Backend{thick}, nil, scheduleRequest{Size: 1, Type: typeWith(specStoreID, "cheap")}, "thick"},
		{"unscoped it does", []Backend{thick}, nil, scheduleRequest{Size: 1, Type: typeWith("store_id", "cheap")}, ""},
		{"no backends", nil, nil, scheduleRequest{Size: 1}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := scheduled(t, test.backends, test.holds, test.req)
			if got.Name != test.want || (test.want == "") != errors.Is(err, fail.Unavailable) {
				t.Errorf("%q (%v), not %q", got.Name, err, test.want)
			}
		})
	}
}

func TestADisabledServiceGetsNoVolumes(t *testing.T) {
	c := newTestCloud(t)
	c.must(t, "admin", "PUT", "/os-services/disable", `{"host": "fauxstack@lvmdriver-1", "binary": "cinder-volume"}`)
	if b, err := c.schedule(c.db.View(), scheduleRequest{Size: 1}); err != nil || b.Name != "lvmdriver-2" {
		t.Errorf("%s, %v", b.Name, err)
	}
	c.must(t, "admin", "PUT", "/os-services/enable", `{"host": "fauxstack@lvmdriver-1", "binary": "cinder-volume"}`)
	if b, err := c.schedule(c.db.View(), scheduleRequest{Size: 1}); err != nil || b.Name != "lvmdriver-1" {
		t.Errorf("%s, %v", b.Name, err)
	}
}

func BenchmarkScheduleAmong100Backends(b *testing.B) {
	var backends []Backend
	for i := range 100 {
		backends = append(backends, Backend{Name: fmt.Sprintf("b%d", i), TotalCapacity: Capacity(1000 + i), ThinProvisioning: i%2 == 0})
	}
	c := newTestCloud(b, func(cfg *Config, _ *Ports) { cfg.Backends = backends })
	req := scheduleRequest{Size: 10, Type: typeWith("thin_provisioning_support", "<is> True"), Zones: []string{"nova"}}
	for b.Loop() {
		if _, err := c.schedule(c.db.View(), req); err != nil {
			b.Fatal(err)
		}
	}
}
