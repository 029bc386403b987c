package cinder

import (
	"strings"
	"testing"
)

func TestQuotasFromOutsideTheAPI(t *testing.T) {
	s := newTestCloud(t).Service
	if err := s.SetQuotas("p", map[string]int{"volumes": 3, "gigabytes_lvmdriver-1": -1}); err != nil {
		t.Fatal(err)
	}
	got := s.Quotas("p")
	if got["volumes"].Limit != 3 || got["gigabytes_lvmdriver-1"].Limit != -1 || got["gigabytes"].Limit != 1000 {
		t.Errorf("%+v", got)
	}
	if other := s.Quotas("q"); other["volumes"].Limit != 10 {
		t.Errorf("another project has %+v", other["volumes"])
	}
	for want, limits := range map[string]map[string]int{
		"want one of volumes": {"volumes": 7, "volmes": 1}, "want -1": {"volumes": -2},
	} {
		if err := s.SetQuotas("p", limits); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", limits, err)
		}
	}
	if got := s.Quotas("p"); got["volumes"].Limit != 3 {
		t.Errorf("a refused change left %+v", got["volumes"])
	}
}

func TestBackendStates(t *testing.T) {
	s := newTestCloud(t).Service
	if err := s.SetDriverInitialized("lvmdriver-2", false); err != nil {
		t.Fatal(err)
	}
	if got := s.BackendStates(); len(got) != 2 || !got[0].Initialized || got[1].Initialized || got[1].Name != "lvmdriver-2" {
		t.Errorf("%+v", got)
	}
}
