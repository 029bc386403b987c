package emulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/imagedata"
	"github.com/gophercloud/gophercloud/v2/openstack/image/v2/images"

	"github.com/fauxstack/fauxstack/emulator"
)

// inject injects a fault that has no mistake.
func inject(t *testing.T, e *emulator.Emulator, f emulator.Fault) *emulator.Injected {
	t.Helper()
	i, err := e.Inject(f)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// ask sends a request as demo and returns the answer, or the error of the transport.
func ask(t *testing.T, e *emulator.Emulator, method, to, accept, body string) (*http.Response, error) {
	t.Helper()
	client, err := e.Client(t.Context(), "demo")
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "http://fauxstack.test"+to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", client.TokenID)
	r.Header.Set("Accept", accept)
	r.Header.Set("Content-Type", "application/json")
	return e.Transport().RoundTrip(r)
}

func textOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Each service answers an injected status in its own way: Keystone's envelope, webob's pages by Accept, Cinder's key by
// status. Bodies of the last two were rendered with webob 1.8 and compared.
func TestAFaultSpeaksTheServicesDialect(t *testing.T) {
	for _, tc := range []struct {
		name, path, accept string
		fault              emulator.Fault
		want               string
	}{
		{
			"cinder", "/volume/v3/PROJECT/volumes", "application/json",
			emulator.Fault{Op: "cinder.volumes.list", Status: 503},
			`{"serviceUnavailable":{"code":503,"message":"The server is currently unavailable. Please try again at a later time."}}`,
		},
		{
			"cinder, its own sentence", "/volume/v3/PROJECT/volumes", "application/json",
			emulator.Fault{Op: "cinder.volumes.list", Status: 409, Message: "Busy"},
			`{"conflictingRequest":{"code":409,"message":"Busy"}}`,
		},
		{
			"cinder, a status without a kind", "/volume/v3/PROJECT/volumes", "application/json",
			emulator.Fault{Op: "cinder.volumes.list", Status: 429},
			`{"computeFault":{"code":429,"message":"The client has sent too many requests in a given amount of time"}}`,
		},
		{
			"cinder, not for that project", "/volume/v3/PROJECT/volumes", "application/json",
			emulator.Fault{Op: "cinder.volumes.list", Status: 503, Project: "admin"},
			`{"volumes":[]}`,
		},
		{
			"glance in JSON", "/image/v2/images", "application/json",
			emulator.Fault{Op: "glance.images.list", Status: 503},
			`{"message":"The server is currently unavailable. Please try again at a later time.<br /><br />\n\n\n","code":"503 Service Unavailable","title":"Service Unavailable"}`,
		},
		{
			"glance in HTML", "/image/v2/images", "*/*",
			emulator.Fault{Op: "glance.images.list", Status: 504},
			"<html>\n <head>\n  <title>504 Gateway Timeout</title>\n </head>\n <body>\n  <h1>504 Gateway Timeout</h1>\n  The gateway has timed out.<br /><br />\n\n\n\n </body>\n</html>",
		},
		{
			"keystone", "/identity/v3/auth/projects", "application/json",
			emulator.Fault{Op: "keystone.*", Status: 500},
			`{"error":{"code":500,"message":"An unexpected error prevented the server from fulfilling your request.","title":"Internal Server Error"}}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			emu := emulator.Start(t)
			url := "http://fauxstack.test" + strings.Replace(tc.path, "PROJECT", projectOf(t, emu), 1)
			client, err := emu.Client(t.Context(), "demo") // before Keystone fails
			if err != nil {
				t.Fatal(err)
			}
			tc.fault.ReplyHeader = map[string]string{"Retry-After": "7"}
			fault := inject(t, emu, tc.fault)
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
			r.Header = http.Header{"X-Auth-Token": {client.TokenID}, "Accept": {tc.accept}}
			resp, err := emu.Transport().RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			if got := textOf(t, resp); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if tc.fault.Project != "" {
				return
			}
			if resp.StatusCode != tc.fault.Status || resp.Header.Get("Retry-After") != "7" || fault.Hits() != 1 {
				t.Errorf("status %d, headers %v, %d hits", resp.StatusCode, resp.Header, fault.Hits())
			}
			log := emu.Requests()
			if last := log[len(log)-1]; last.Fault != fault.ID() || last.Status != tc.fault.Status {
				t.Errorf("the log has %+v", last)
			}
		})
	}
}

// projectOf is the id of demo's project, which Cinder's address ends in.
func projectOf(t *testing.T, e *emulator.Emulator) string {
	t.Helper()
	return path.Base(e.BlockStorage(t).Endpoint)
}

// answersOf sends n requests and tells how they were answered.
func answersOf(t *testing.T, e *emulator.Emulator, n int) []int {
	t.Helper()
	var got []int
	for range n {
		resp, err := ask(t, e, "GET", "/image/v2/images", "application/json", "")
		if err != nil {
			t.Fatal(err)
		}
		_ = textOf(t, resp)
		got = append(got, resp.StatusCode)
	}
	return got
}

func TestWhenAFaultActs(t *testing.T) {
	list := func(f emulator.Fault) emulator.Fault {
		f.Op = "glance.images.*"
		if f.Status == 0 {
			f.Status = 503
		}
		return f
	}
	for _, tc := range []struct {
		name   string
		faults []emulator.Fault
		want   []int
	}{
		{"always", []emulator.Fault{list(emulator.Fault{})}, []int{503, 503, 503, 503, 503}},
		{"the first two", []emulator.Fault{list(emulator.Fault{Times: 2})}, []int{503, 503, 200, 200, 200}},
		{"the second", []emulator.Fault{list(emulator.Fault{Nth: 2})}, []int{200, 503, 200, 200, 200}},
		{"two from the second on", []emulator.Fault{list(emulator.Fault{Nth: 2, Times: 2})}, []int{200, 503, 503, 200, 200}},
		{"every second", []emulator.Fault{list(emulator.Fault{Every: 2})}, []int{200, 503, 200, 503, 200}},
		{"every second, once", []emulator.Fault{list(emulator.Fault{Every: 2, Times: 1})}, []int{200, 503, 200, 200, 200}},
		{"one after the other", []emulator.Fault{list(emulator.Fault{Times: 1}), list(emulator.Fault{Times: 1, Status: 500})}, []int{503, 500, 200, 200, 200}},
		{"each at its own", []emulator.Fault{list(emulator.Fault{Nth: 1}), list(emulator.Fault{Nth: 2, Status: 500})}, []int{503, 500, 200, 200, 200}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			emu := emulator.Start(t, emulator.WithFaults(tc.faults...))
			if got := answersOf(t, emu, 5); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestTheSeedDecidesAboutProbability(t *testing.T) {
	half := emulator.WithFaults(emulator.Fault{Op: "glance.images.list", Status: 503, Probability: 0.5})
	first := answersOf(t, emulator.Start(t, emulator.WithSeed(7), half), 40)
	if again := answersOf(t, emulator.Start(t, emulator.WithSeed(7), half), 40); !reflect.DeepEqual(first, again) {
		t.Errorf("the same seed gave %v and %v", first, again)
	}
	if other := answersOf(t, emulator.Start(t, emulator.WithSeed(8), half), 40); reflect.DeepEqual(first, other) {
		t.Errorf("another seed gave the same %v", first)
	}
	failed := 0
	for _, s := range first {
		if s == 503 {
			failed++
		}
	}
	if failed < 8 || failed > 32 {
		t.Errorf("%d of 40 failed", failed)
	}
}

func TestWhatAFaultMatches(t *testing.T) {
	for _, tc := range []struct {
		name  string
		match emulator.Fault
		want  bool
	}{
		{"project by name", emulator.Fault{Project: "demo"}, true},
		{"another project", emulator.Fault{Project: "admin"}, false},
		{"user by glob", emulator.Fault{User: "de*"}, true},
		{"name in the body", emulator.Fault{Resource: "boot"}, true},
		{"another name", emulator.Fault{Resource: "data"}, false},
		{"field of the body", emulator.Fault{Body: map[string]string{"volume.size": "1"}}, true},
		{"field that differs", emulator.Fault{Body: map[string]string{"volume.size": "2"}}, false},
		{"field that is missing", emulator.Fault{Body: map[string]string{"volume.nothing": "*"}}, false},
		{"field within a field", emulator.Fault{Body: map[string]string{"volume.metadata.a.b": "c"}}, true},
		{"header", emulator.Fault{Header: map[string]string{"accept": "*json*"}}, true},
		{"header that is missing", emulator.Fault{Header: map[string]string{"X-Nothing": "*"}}, false},
		{"client", emulator.Fault{Caller: emulator.ByClient}, true},
		{"service", emulator.Fault{Caller: emulator.ByService}, false},
		{"all at once", emulator.Fault{Project: "demo", User: "demo", Resource: "bo*", Caller: emulator.ByClient}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			emu := emulator.Start(t)
			tc.match.Op, tc.match.Status = "cinder.volumes.create", 500
			inject(t, emu, tc.match)
			resp, err := ask(t, emu, "POST", "/volume/v3/"+projectOf(t, emu)+"/volumes", "application/json",
				`{"volume": {"size": 1, "name": "boot", "metadata": {"a.b": "c"}}}`)
			if err != nil {
				t.Fatal(err)
			}
			_ = textOf(t, resp)
			if got := resp.StatusCode == 500; got != tc.want {
				t.Errorf("answered %d", resp.StatusCode)
			}
		})
	}
}

func TestAFaultFindsAResourceByItsName(t *testing.T) {
	emu := emulator.Start(t)
	cinder := emu.BlockStorage(t)
	ids := map[string]string{}
	for _, name := range []string{"boot", "data"} {
		v, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Name: name, Size: 1}, nil).Extract()
		if err != nil {
			t.Fatal(err)
		}
		ids[name] = v.ID
	}
	inject(t, emu, emulator.Fault{Op: "cinder.volumes.show", Resource: "boot", Status: 418})
	if _, err := volumes.Get(t.Context(), cinder, ids["data"]).Extract(); err != nil {
		t.Error(err)
	}
	if _, err := volumes.Get(t.Context(), cinder, ids["boot"]).Extract(); !gophercloud.ResponseCodeIs(err, 418) {
		t.Errorf("got %v", err)
	}
}

func TestDroppedConnections(t *testing.T) {
	for name, drop := range map[string]emulator.Drop{"before": emulator.DropBefore, "after": emulator.DropAfter} {
		t.Run(name, func(t *testing.T) {
			emu := emulator.Start(t)
			cinder := emu.BlockStorage(t)
			fault := inject(t, emu, emulator.Fault{Op: "cinder.volumes.create", Drop: drop})
			_, err := volumes.Create(t.Context(), cinder, volumes.CreateOpts{Name: "boot", Size: 1}, nil).Extract()
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("in process the error is %v", err)
			}
			overSocket(t, emu, cinder)
			if _, err = volumes.Create(t.Context(), cinder, volumes.CreateOpts{Name: "data", Size: 1}, nil).Extract(); err == nil {
				t.Error("over a socket there is an answer")
			}
			fault.Remove()
			pages, err := volumes.List(cinder, nil).AllPages(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			list, _ := volumes.ExtractVolumes(pages)
			if want := map[emulator.Drop]int{emulator.DropBefore: 0, emulator.DropAfter: 2}[drop]; len(list) != want {
				t.Errorf("there are %d volumes, not %d", len(list), want)
			}
			for _, r := range emu.Requests() {
				if r.Op == "cinder.volumes.create" && r.Fault != fault.ID() {
					t.Errorf("the log has %+v", r)
				}
			}
		})
	}
}

// overSocket lets a client go by the cloud's socket from now on.
func overSocket(t *testing.T, emu *emulator.Emulator, c *gophercloud.ServiceClient) {
	t.Helper()
	transport := new(http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	c.HTTPClient.Transport = transport
	for _, url := range []*string{&c.Endpoint, &c.ResourceBase} {
		if i := strings.Index(*url, "/volume/"); i >= 0 {
			*url = emu.URL() + (*url)[i:]
		}
	}
}

func TestAnswersThatBreakOff(t *testing.T) {
	emu := emulator.Start(t)
	inject(t, emu, emulator.Fault{Op: "glance.images.list", CutAfter: 10})
	for name, transport := range map[string]http.RoundTripper{"in process": emu.Transport(), "socket": &http.Transport{DisableKeepAlives: true}} {
		t.Run(name, func(t *testing.T) {
			client, err := emu.Client(t.Context(), "demo")
			if err != nil {
				t.Fatal(err)
			}
			r, _ := http.NewRequestWithContext(t.Context(), "GET", emu.URL()+"/image/v2/images", nil)
			r.Header.Set("X-Auth-Token", client.TokenID)
			resp, err := transport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			got, err := io.ReadAll(resp.Body)
			if string(got) != `{"images":`[:10] && len(got) != 10 || !errors.Is(err, io.ErrUnexpectedEOF) || resp.StatusCode != 200 {
				t.Errorf("got %d %q, %v", resp.StatusCode, got, err)
			}
		})
	}
}

func TestLatencyOnAManualClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithManualClock(time.Time{}))
		fault := inject(t, emu, emulator.Fault{Op: "glance.images.list", Latency: time.Minute})
		done := make(chan []int)
		go func() { done <- answersOf(t, emu, 1) }()
		synctest.Wait()
		emu.Advance(59 * time.Second)
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("it was answered too early")
		default:
		}
		emu.Advance(time.Second)
		if got := <-done; got[0] != 200 || fault.Hits() != 1 {
			t.Errorf("got %v", got)
		}

		go func() { done <- answersOf(t, emu, 1) }()
		synctest.Wait()
		fault.Remove()
		if got := <-done; got[0] != 200 {
			t.Errorf("got %v", got)
		}
	})
}

func TestLatencyOnTheOtherClocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithFaults(emulator.Fault{Op: "glance.images.list", Latency: time.Minute}))
		began := time.Now()
		answersOf(t, emu, 1)
		if took := time.Since(began); took != time.Minute {
			t.Errorf("on a real clock it took %s", took)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		client := emu.Image(t)
		if _, err := images.List(client, nil).AllPages(ctx); err == nil {
			t.Error("the client did not hang up")
		}

		emu = emulator.Start(t, emulator.WithStepClock(time.Time{}, time.Second),
			emulator.WithFaults(emulator.Fault{Op: "glance.images.list", Latency: time.Minute}))
		began, before := time.Now(), emu.Now()
		answersOf(t, emu, 1)
		if took, moved := time.Since(began), emu.Now().Sub(before); took != 0 || moved < time.Minute {
			t.Errorf("on a stepped clock it took %s and moved it by %s", took, moved)
		}
	})
}

func TestCloseReleasesWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.New(emulator.WithManualClock(time.Time{}), emulator.WithFaults(emulator.Fault{Op: "glance.images.list", Latency: time.Hour}))
		if err != nil {
			t.Fatal(err)
		}
		client := emu.Image(t)
		done := make(chan error)
		go func() {
			_, err := images.List(client, nil).AllPages(t.Context())
			done <- err
		}()
		synctest.Wait()
		if err := emu.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err == nil {
			t.Error("it was answered")
		}
		if _, err := emu.Inject(emulator.Fault{Op: "glance.images.list", Status: 500}); err == nil {
			t.Error("a closed cloud takes faults")
		}
	})
}

func TestBodiesThatAreReadSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		emu := emulator.Start(t, emulator.WithFaults(emulator.Fault{Op: "glance.images.upload", BytesPerSecond: 1000}))
		img := imageWith(t, emu)
		began := time.Now()
		if err := imagedata.Upload(t.Context(), emu.Image(t), img, bytes.NewReader(make([]byte, 10_000))).ExtractErr(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestAForkHasTheFaultsAnew(t *testing.T) {
	emu := emulator.Start(t, emulator.WithFaults(emulator.Fault{Op: "glance.images.list", Status: 503, Times: 1}))
	answersOf(t, emu, 2)
	fork, err := emu.Fork()
	if err != nil {
		t.Fatal(err)
	}
	defer fork.Close()
	if got := answersOf(t, fork, 2); !reflect.DeepEqual(got, []int{503, 200}) {
		t.Errorf("the fork answers %v", got)
	}
	for _, f := range fork.Faults() {
		fork.RemoveFault(f.ID)
	}
	if list := emu.Faults(); len(list) != 1 || list[0].Hits != 1 || list[0].Matched != 2 {
		t.Errorf("the cloud it was forked from has %+v", list)
	}
}

func TestFaultsOfAFixture(t *testing.T) {
	f := emulator.DefaultFixture()
	f.Faults = []emulator.Fault{{Op: "glance.images.list", Status: 503}, {Op: "glance.image.list", Status: 200}, {Store: "nowhere", Is: emulator.StoreFull}}
	err := f.Validate()
	want := "faults[1].op: no operation is called \"glance.image.list\"; the nearest are glance.images.list, glance.image.member-list, glance.image.file-put\n" +
		"faults[1].status: 200: want 400 to 599\n" +
		"faults[2].store: no store is called \"nowhere\"; the nearest are fast, cheap, archive"
	if err == nil || !strings.HasPrefix(err.Error(), "faults[1].op: no operation is called \"glance.image.list\"; the nearest are glance.images.list,") {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	f.Faults = f.Faults[:1]
	if got := answersOf(t, emulator.Start(t, emulator.WithFixture(f)), 1); got[0] != 503 {
		t.Errorf("got %v", got)
	}
}

func TestFaultsAreRefused(t *testing.T) {
	emu := emulator.Start(t)
	for want, f := range map[string]emulator.Fault{
		"op: want one of op, job and store, not 0":                                            {Status: 500},
		"op: want one of op, job and store, not 2":                                            {Op: "glance.*", Store: "fast", Status: 500},
		"job: no job is called \"cinder.volume.creat\"; the nearest are cinder.volume.create": {Job: "cinder.volume.creat", Is: emulator.JobStuck},
		"status: nothing goes wrong: want status, latency":                                    {Op: "glance.*"},
		"drop: \"never\": want before or after":                                               {Op: "glance.*", Drop: "never"},
		"drop: a dropped connection has no answer":                                            {Op: "glance.*", Drop: emulator.DropAfter, Status: 500},
		"is: \"gone\": want a job to be stuck or failed":                                      {Job: "cinder.*", Is: emulator.StoreGone},
		"is: \"stuck\": want a store to be full, read_only":                                   {Store: "fast", Is: emulator.JobStuck},
		"probability: 2: want 0 to 1":                                                         {Op: "glance.*", Status: 500, Probability: 2},
		"nth: want at most one of nth, every and probability":                                 {Op: "glance.*", Status: 500, Nth: 1, Every: 2},
		"reply_header: \"X Y\": want the name of a header":                                    {Op: "glance.*", ReplyHeader: map[string]string{"X Y": "z"}},
		"reply_header: \"a\\r\\nb\": want a value on one line":                                {Op: "glance.*", ReplyHeader: map[string]string{"X": "a\r\nb"}},
		"latency: -1s: want 0 to 24h0m0s":                                                     {Op: "glance.*", Latency: -time.Second},
	} {
		_, err := emu.Inject(f)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %s", f, err, want)
		}
	}
	for range 1000 {
		inject(t, emu, emulator.Fault{Op: "glance.images.list", Status: 500})
	}
	if _, err := emu.Inject(emulator.Fault{Op: "glance.images.list", Status: 500}); err == nil {
		t.Error("there may be any number of faults")
	}
}

func TestAFaultAsJSON(t *testing.T) {
	f := emulator.Fault{Op: "glance.images.list", Latency: 90 * time.Second, Times: 2, Header: map[string]string{"X-A": "b"}}
	text, err := json.Marshal(emulator.FaultStatus{ID: "fault-1", Fault: f, Hits: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"fault-1","fault":{"op":"glance.images.list","header":{"X-A":"b"},"times":2,"latency":"1m30s"},"matched":0,"hits":1}`
	if string(text) != want {
		t.Errorf("got %s", text)
	}
	var back emulator.FaultStatus
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back.Fault, f) {
		t.Errorf("got %+v, %v", back.Fault, err)
	}
	if err := json.Unmarshal([]byte(`{"op": "glance.*", "stauts": 503}`), &back.Fault); err == nil {
		t.Error("a misspelt field is taken")
	}
}
