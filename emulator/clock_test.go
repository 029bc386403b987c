package emulator_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
)

func TestTransitionsAreThoseThatThereAre(t *testing.T) {
	names := map[string]bool{}
	for _, transition := range emulator.Transitions() {
		if names[transition.Name] || transition.Does == "" {
			t.Errorf("%+v", transition)
		}
		names[transition.Name] = true
	}
	if !names["cinder.volume.create"] || !names["glance.image.import"] {
		t.Errorf("%v", names)
	}
}

func TestOptionsOfTheClockAreChecked(t *testing.T) {
	fixture := emulator.DefaultFixture()
	fixture.Clock = emulator.ClockConfig{Delays: map[string]emulator.Duration{"cinder.volume.crate": 1}, Jitter: 2}
	_, err := emulator.New(
		emulator.WithDelay("cinder.volume.extnd", time.Second), emulator.WithDelay("cinder.volume.create", -1),
		emulator.WithJitter(-1), emulator.WithSpeed(0), emulator.WithFixture(fixture),
	)
	for _, want := range []string{"cinder.volume.extend", "delay -1ns of cinder.volume.create", "jitter -1", "speed 0", "clock.jitter: jitter 2", `clock.delays: no transition is named "cinder.volume.crate"; the nearest are cinder.volume.create`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from: %v", want, err)
		}
	}
}

func TestDelaysOfFixtureAndOptions(t *testing.T) {
	fixture := emulator.DefaultFixture()
	fixture.Clock = emulator.ClockConfig{Jitter: 0.1, Delays: map[string]emulator.Duration{
		"cinder.volume.create": emulator.Duration(time.Minute), "*": emulator.Duration(time.Second), "cinder.*": emulator.Duration(2 * time.Second),
	}}
	emu := emulator.Start(t, emulator.WithFixture(fixture), emulator.WithDelay("cinder.volume.delete", time.Hour), emulator.WithJitter(0))
	want := map[string]time.Duration{
		"cinder.volume.create": time.Minute, "cinder.volume.delete": time.Hour, "cinder.volume.extend": 2 * time.Second, "glance.image.import": time.Second,
	}
	fork, err := emu.Fork(emulator.WithDelay("cinder.volume.create", 0), emulator.WithSpeed(10))
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	for name, delay := range want {
		if got := time.Duration(emu.Clock().Delays[name]); got != delay {
			t.Errorf("%s takes %s, want %s", name, got, delay)
		}
		if name == "cinder.volume.create" {
			delay = 0
		}
		if got := time.Duration(fork.Clock().Delays[name]); got != delay {
			t.Errorf("in the fork %s takes %s, want %s", name, got, delay)
		}
	}
	if emu.Clock().Jitter != 0 || emu.Clock().Speed != 1 || fork.Clock().Speed != 10 {
		t.Errorf("%+v, fork %+v", emu.Clock(), fork.Clock())
	}
}

func TestTheClockChangesAtRunTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t)
		cinder := emu.BlockStorage(t)
		began := emu.Now()
		if err := emu.SetClock("manual"); err != nil {
			t.Fatal(err)
		}
		if err := emu.SetDelay("cinder.volume.*", time.Minute); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		vol, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
		if err != nil {
			t.Fatal(err)
		}
		pending := emu.Pending()
		if len(pending) != 1 || pending[0].Transition != "cinder.volume.create" || pending[0].Resource != vol.ID ||
			!pending[0].Due.Equal(began.Add(time.Minute)) || !strings.HasPrefix(pending[0].RequestID, "req-") {
			t.Errorf("%+v", pending)
		}
		speed, mode := 60.0, "real"
		if err := emu.ChangeClock(emulator.ClockChange{Mode: &mode, Speed: &speed}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if vol, err = volumes.Get(t.Context(), cinder, vol.ID).Extract(); err != nil || vol.Status != "available" {
			t.Errorf("%v, %v", vol, err)
		}
		if passed := emu.Now().Sub(began); passed != time.Minute {
			t.Errorf("%s have passed", passed)
		}
	})
}

func TestAChangeOfTheClockIsAllOrNothing(t *testing.T) {
	emu := emulator.Start(t)
	before := emu.Clock()
	mode, speed, step, jitter := "sundial", -1.0, emulator.Duration(0), 7.0
	err := emu.ChangeClock(emulator.ClockChange{
		Mode: &mode, Speed: &speed, Step: &step, Jitter: &jitter, Delays: map[string]emulator.Duration{"nova": 1, "cinder.volume.create": 1},
	})
	for _, want := range []string{"sundial", "speed -1", "step 0s", "jitter 7", `"nova"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing from: %v", want, err)
		}
	}
	if after := emu.Clock(); after.Mode != before.Mode || len(after.Delays) != 0 || after.Jitter != 0 {
		t.Errorf("%+v", after)
	}
}

// The same seed gives the same times.
func TestJitterIsOfTheSeed(t *testing.T) {
	dues := func(seed uint64) []time.Duration {
		emu := emulator.Start(t, emulator.WithSeed(seed), emulator.WithManualClock(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)),
			emulator.WithDelay("cinder.volume.create", time.Minute), emulator.WithJitter(0.5))
		for range 5 {
			if _, err := volumes.Create(t.Context(), emu.BlockStorage(t), volumes.CreateOpts{Size: 1}, nil).Extract(); err != nil {
				t.Fatal(err)
			}
		}
		var list []time.Duration
		for _, j := range emu.Pending() {
			list = append(list, j.Due.Sub(emu.Now()))
		}
		return list
	}
	one, again, other := dues(3), dues(3), dues(4)
	if !slices.Equal(one, again) || slices.Equal(one, other) || slices.Max(one) > 90*time.Second || slices.Min(one) < 30*time.Second {
		t.Errorf("%v, %v, %v", one, again, other)
	}
}

// A server's jobs run at their time, though no request comes.
func TestAServersJobsRunByThemselves(t *testing.T) {
	emu := emulator.Start(t, emulator.WithListen("127.0.0.1:0"), emulator.WithDelay("cinder.volume.create", time.Minute), emulator.WithSpeed(6000))
	if _, err := volumes.Create(t.Context(), emu.BlockStorage(t), volumes.CreateOpts{Size: 1}, nil).Extract(); err != nil {
		t.Fatal(err)
	}
	for ev := range emu.Events(t.Context()) {
		if ev.Kind == emulator.EventStatus && ev.Status.To == "available" {
			return
		}
	}
}
