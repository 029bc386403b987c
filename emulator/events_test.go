package emulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"
	"go.uber.org/goleak"

	"github.com/fauxstack/fauxstack/emulator"
)

// told is an event as a line.
func told(ev emulator.Event) string {
	switch ev.Kind {
	case emulator.EventRequest:
		return fmt.Sprintf("request %d %s", ev.Request.Status, ev.Request.Op)
	case emulator.EventStatus:
		return fmt.Sprintf("status %s %s %q to %q", ev.Status.Resource, ev.Status.Name, ev.Status.From, ev.Status.To)
	case emulator.EventJob:
		return "job " + ev.Job.Transition
	case emulator.EventFault:
		return "fault " + ev.Fault.ID + " on " + ev.Fault.On
	case emulator.EventClock:
		return "clock " + ev.Clock.To.Sub(ev.Clock.From).String()
	case emulator.EventCloud:
		return "cloud " + ev.Cloud.What
	}
	return fmt.Sprintf("lost %d", ev.Lost)
}

func TestEventsTellWhatHappens(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Time{}), emulator.WithDelay("cinder.volume.create", time.Minute))
	cinder, glance := emu.BlockStorage(t), emu.Image(t)
	ctx, cancel := context.WithCancel(t.Context())
	events := emu.Events(ctx)

	vol, err := volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract()
	if err != nil {
		t.Fatal(err)
	}
	snapshot := emu.Snapshot()
	emu.Advance(2 * time.Minute)
	if _, err := images.Create(ctx, glance, images.CreateOpts{Name: "golden"}).Extract(); err != nil {
		t.Fatal(err)
	}
	if _, err := emu.Inject(emulator.Fault{Op: "cinder.volumes.show", Status: 503}); err != nil {
		t.Fatal(err)
	}
	_, _ = volumes.Get(ctx, cinder, vol.ID).Extract()
	if err := emu.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	if err := emu.Reset(); err != nil {
		t.Fatal(err)
	}
	cancel()

	var got []string
	var seq uint64
	for ev := range events {
		got = append(got, told(ev))
		if ev.Seq <= seq || ev.At.IsZero() {
			t.Errorf("%+v after %d", ev, seq)
		}
		seq = ev.Seq
		raw, err := json.Marshal(ev)
		var again emulator.Event
		if err == nil {
			err = json.Unmarshal(raw, &again)
		}
		if err != nil || told(again) != told(ev) || strings.Contains(string(raw), cinder.Token()) {
			t.Errorf("%s: %v", raw, err)
		}
	}
	want := []string{
		`status volume boot "" to "creating"`, "request 202 cinder.volumes.create",
		"cloud snapshot",
		"clock 1m0s", `status volume boot "creating" to "available"`, "job cinder.volume.create", "clock 1m0s",
		`status image golden "" to "queued"`, "request 201 glance.images.create",
		"fault fault-1 on cinder.volumes.show", "request 503 cinder.volumes.show",
		"cloud restore", "cloud reset",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASlowSubscriberIsToldWhatItLost(t *testing.T) {
	emu := emulator.Start(t, emulator.WithManualClock(time.Time{}))
	ctx, cancel := context.WithCancel(t.Context())
	events, quick := emu.Events(ctx), emu.Events(ctx)
	for range 1500 {
		emu.Advance(time.Second)
	}
	cancel()
	n, lost, last := 0, 0, emulator.Event{}
	for ev := range events {
		n, lost, last = n+1, lost+ev.Lost, ev
	}
	if n != 1025 || lost != 1500-1024 || last.Kind != emulator.EventLost {
		t.Errorf("%d events, %d lost, the last is %v", n, lost, last)
	}
	for range quick {
		return // one is enough
	}
}

func TestSubscriptionsEnd(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	emu, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan []string)
	for range 3 {
		events := emu.Events(t.Context())
		go func() {
			var got []string
			for ev := range events {
				got = append(got, told(ev))
			}
			ended <- got
		}()
	}
	never := emu.Events(t.Context()) // and is not ranged over
	if err := emu.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if got := <-ended; len(got) != 1 || got[0] != "cloud close" {
			t.Errorf("heard %v", got)
		}
	}
	_ = never
	for ev := range emu.Events(t.Context()) {
		t.Errorf("a closed cloud tells of %v", ev)
	}
}

// BenchmarkSubscribers is what events cost a request.
func BenchmarkSubscribers(b *testing.B) {
	for _, n := range []int{0, 1, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			emu, err := emulator.New()
			if err != nil {
				b.Fatal(err)
			}
			defer emu.Close()
			for range n {
				events := emu.Events(b.Context())
				go func() {
					for range events {
					}
				}()
			}
			cinder := emu.BlockStorage(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := volumes.List(cinder, nil).AllPages(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
