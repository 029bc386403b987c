package emulator_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator"
)

func TestParseFault(t *testing.T) {
	for text, want := range map[string]emulator.Fault{
		"op=glance.images.upload status=503 nth=2 times=1": {Op: "glance.images.upload", Status: 503, Nth: 2, Times: 1},
		"op=cinder.volumes.*,cinder.types.* project=demo body.volume.size=10 latency=1m30s probability=0.1": {
			Op: "cinder.volumes.*,cinder.types.*", Project: "demo", Body: map[string]string{"volume.size": "10"},
			Latency: 90 * time.Second, Probability: 0.1,
		},
		`op=keystone.* status=500 message="out of \"order\"" reply_header.Retry-After=5 header.Accept=*json*`: {
			Op: "keystone.*", Status: 500, Message: `out of "order"`,
			ReplyHeader: map[string]string{"Retry-After": "5"}, Header: map[string]string{"Accept": "*json*"},
		},
		"store=cheap is=full after_bytes=1000":                     {Store: "cheap", Is: emulator.StoreFull, AfterBytes: 1000},
		"job=cinder.volume.create is=stuck resource=\"my volume\"": {Job: "cinder.volume.create", Is: emulator.JobStuck, Resource: "my volume"},
		"job=cinder.volume.create late=30s every=2":                {Job: "cinder.volume.create", Late: 30 * time.Second, Every: 2},
		"op=glance.images.download cut_after=10 caller=service drop=after bytes_per_second=1": {
			Op: "glance.images.download", CutAfter: 10, Caller: emulator.ByService, Drop: emulator.DropAfter, BytesPerSecond: 1,
		},
	} {
		got, err := emulator.ParseFault(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", text, got, err)
		}
		again, err := emulator.ParseFault(got.String())
		if err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("%s: written as %s, which is %+v, %v", text, got, again, err)
		}
	}
}

func TestParseFaultSaysWhatItWants(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "nothing: want fields such as",
		"status":                   `"status": want a field and its value`,
		"op=a status":              `"status": want a field and its value`,
		"op=a stauts=503":          `"stauts" is no field of a fault; the nearest are status`,
		"op=a status=many":         `status: "many": want a number`,
		"op=a latency=10":          `latency: "10": want a duration such as 1m30s`,
		"op=a op=b":                "op is there twice",
		"op=a header=b":            "want a name behind header, such as header.NAME=value",
		"op.x=a":                   "want op=value",
		`op=a message="x`:          "want a string in quotes",
		`op=a message="x"y`:        "want a blank behind the quotes",
		`op=a message=x"y"`:        "want a value with quotes in quotes",
		strings.Repeat("x", 1<<17): "131072 bytes: want at most 65536",
	} {
		if _, err := emulator.ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %s", text, err, want)
		}
	}
}

func FuzzParseFault(f *testing.F) {
	f.Add("op=glance.images.upload status=503 nth=2 times=1")
	f.Add(`op=a message="x \" y" reply_header.Retry-After=5 body.a.0.b="" latency=1m probability=0.5 cut_after=7`)
	f.Add("store=cheap is=full after_bytes=1000 job=x late=3s")
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := emulator.ParseFault(text)
		if err != nil {
			return
		}
		again, err := emulator.ParseFault(fault.String())
		if fault.String() == "" { // all of its fields are zero
			return
		}
		if err != nil || again.String() != fault.String() {
			t.Errorf("%q became %q, and that %q, %v", text, fault, again, err)
		}
	})
}
