package emulator_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
)

// provision is code as it is under test anywhere: it makes a volume and waits for it, with the client's own patience.
func provision(ctx context.Context, cinder *gophercloud.ServiceClient) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	vol, err := volumes.Create(ctx, cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract()
	if err != nil {
		return "", err
	}
	return vol.ID, volumes.WaitForStatus(ctx, cinder, vol.ID, "available")
}

func TestWaitingTakesNoTimeInABubble(t *testing.T) {
	for _, row := range []struct {
		name  string
		delay time.Duration
		speed float64
		takes time.Duration // of the bubble's time; gophercloud asks each second
		fails bool
	}{
		{"at once", 0, 1, 0, false},
		{"ninety seconds", 90 * time.Second, 1, 90 * time.Second, false},
		{"ninety seconds, twice as fast", 90 * time.Second, 2, 45 * time.Second, false},
		{"longer than anybody waits", time.Hour, 1, 2 * time.Minute, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				emu := emulator.Start(t, emulator.WithDelay("cinder.volume.create", row.delay), emulator.WithSpeed(row.speed))
				began := time.Now()
				_, err := provision(t.Context(), emu.BlockStorage(t))
				if (err != nil) != row.fails {
					t.Error(err)
				}
				if took := time.Since(began); took < row.takes || took > row.takes+2*time.Second {
					t.Errorf("took %s, want %s", took, row.takes)
				}
			})
		})
	}
}

// The machine's time hardly passes meanwhile.
func TestWaitingTwoMinutesIsOverAtOnce(t *testing.T) {
	emulator.Start(t) // so that the first of the process is not measured
	began := time.Now()
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithDelay("cinder.volume.create", 119*time.Second))
		if _, err := provision(t.Context(), emu.BlockStorage(t)); err != nil {
			t.Error(err)
		}
	})
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("two minutes took %s", took)
	} else {
		t.Logf("two minutes took %s", took)
	}
}

// overHandler sends requests to a handler, as a program does that has one.
type overHandler struct{ http.Handler }

func (h overHandler) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	h.ServeHTTP(w, in)
	return w.Result(), nil
}

func TestTheHandlerWorksInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithDelay("*", 30*time.Second))
		opts := gophercloud.AuthOptions{
			IdentityEndpoint: "http://cloud.test" + emulator.IdentityPath + "/v3", Username: "demo", Password: "secret",
			DomainID: "default", TenantName: "demo",
		}
		provider, err := openstack.NewClient(opts.IdentityEndpoint)
		if err != nil {
			t.Fatal(err)
		}
		provider.HTTPClient = http.Client{Transport: overHandler{emu.Handler()}}
		if err := openstack.Authenticate(t.Context(), provider, opts); err != nil {
			t.Fatal(err)
		}
		cinder, err := openstack.NewBlockStorageV3(provider, gophercloud.EndpointOpts{})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := provision(t.Context(), cinder); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// Several goroutines wait at once, for volumes and for an event; nothing of the emulator's keeps the bubble's time from
// passing, and nothing is left running.
func TestManyWaitInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithDelay("cinder.volume.*", time.Minute), emulator.WithJitter(0.5))
		cinder := emu.BlockStorage(t)
		ctx, cancel := context.WithCancel(t.Context())
		available := make(chan int)
		go func() {
			n := 0
			for ev := range emu.Events(ctx) {
				if ev.Kind == emulator.EventStatus && ev.Status.To == "available" {
					if n++; n == 10 {
						cancel()
					}
				}
			}
			available <- n
		}()
		synctest.Wait()
		var waiting sync.WaitGroup
		for range 10 {
			waiting.Go(func() {
				if _, err := provision(t.Context(), cinder); err != nil {
					t.Error(err)
				}
			})
		}
		waiting.Wait()
		if n := <-available; n != 10 {
			t.Errorf("%d volumes became available", n)
		}
	})
}

// Jobs run at their time while somebody listens, though nobody asks.
func TestJobsRunWithoutRequestsWhileSomebodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithDelay("cinder.volume.create", time.Minute))
		cinder := emu.BlockStorage(t)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		events := emu.Events(ctx)
		vol, err := volumes.Create(ctx, cinder, volumes.CreateOpts{Size: 1}, nil).Extract()
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for ev := range events {
			if ev.Kind == emulator.EventStatus && ev.Status.ID == vol.ID && ev.Status.To == "available" {
				if took := time.Since(began).Round(time.Second); took != time.Minute {
					t.Errorf("after %s", took)
				}
				return
			}
		}
		t.Error("it never became available")
	})
}
