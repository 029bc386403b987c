package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"

	"github.com/fauxstack/fauxstack/emulator"
)

// harShape is what HTTP Archive 1.2 says that an archive has: names to types, with "?" on those that may be missing.
var harShape = map[string]any{
	"log": map[string]any{
		"version": "string", "creator": map[string]any{"name": "string", "version": "string", "comment?": "string"},
		"browser?": map[string]any{}, "pages?": []any{}, "comment?": "string",
		"entries": []any{map[string]any{
			"pageref?": "string", "startedDateTime": "time", "time": "number", "serverIPAddress?": "string", "connection?": "string", "comment?": "string",
			"request": map[string]any{
				"method": "string", "url": "address", "httpVersion": "string", "cookies": []any{pairShape}, "headers": []any{pairShape},
				"queryString": []any{pairShape}, "headersSize": "number", "bodySize": "number", "comment?": "string",
				"postData?": map[string]any{"mimeType": "string", "params": []any{pairShape}, "text": "string", "comment?": "string"},
			},
			"response": map[string]any{
				"status": "number", "statusText": "string", "httpVersion": "string", "cookies": []any{pairShape}, "headers": []any{pairShape},
				"redirectURL": "string", "headersSize": "number", "bodySize": "number", "comment?": "string",
				"content": map[string]any{"size": "number", "compression?": "number", "mimeType": "string", "text?": "string", "encoding?": "string", "comment?": "string"},
			},
			"cache":   map[string]any{"beforeRequest?": map[string]any{}, "afterRequest?": map[string]any{}, "comment?": "string"},
			"timings": map[string]any{"blocked?": "number", "dns?": "number", "connect?": "number", "send": "number", "wait": "number", "receive": "number", "ssl?": "number", "comment?": "string"},
		}},
	},
}

var pairShape = map[string]any{"name": "string", "value": "string", "comment?": "string"}

// misshapen lists where a value is not what the shape says. Names that begin with an underscore are anybody's own.
func misshapen(path string, shape, value any) []string {
	switch shape := shape.(type) {
	case map[string]any:
		object, ok := value.(map[string]any)
		if !ok {
			return []string{path + ": want an object"}
		}
		var wrong []string
		for name, inner := range shape {
			plain, optional := strings.CutSuffix(name, "?")
			v, ok := object[plain]
			switch {
			case ok:
				wrong = append(wrong, misshapen(path+"."+plain, inner, v)...)
			case !optional:
				wrong = append(wrong, path+"."+plain+" is missing")
			}
		}
		for name := range object {
			if shape[name] == nil && shape[name+"?"] == nil && !strings.HasPrefix(name, "_") {
				wrong = append(wrong, path+"."+name+" is not of the format")
			}
		}
		return wrong
	case []any:
		list, ok := value.([]any)
		if !ok {
			return []string{path + ": want a list"}
		}
		var wrong []string
		for i, item := range list {
			wrong = append(wrong, misshapen(fmt.Sprintf("%s[%d]", path, i), shape[0], item)...)
		}
		return wrong
	}
	return misfit(path, shape.(string), value)
}

func misfit(path, want string, value any) []string {
	text, isText := value.(string)
	ok := false
	switch want {
	case "string":
		ok = isText
	case "number":
		_, ok = value.(float64)
	case "time":
		_, err := time.Parse(time.RFC3339Nano, text)
		ok = err == nil
	case "address":
		ok = strings.HasPrefix(text, "http://")
	}
	if !ok {
		return []string{fmt.Sprintf("%s: %v is no %s", path, value, want)}
	}
	return nil
}

func TestHARIsOfTheFormat(t *testing.T) {
	emu := emulator.Start(t, emulator.WithFaults(emulator.Fault{Op: "cinder.volumes.delete", Status: 503}))
	cinder := emu.BlockStorage(t)
	if _, err := uploadBlank(t.Context(), cinder, emu.Image(t), "lvmdriver-1"); err != nil {
		t.Fatal(err)
	}
	_ = volumes.Delete(t.Context(), cinder, "nowhere", volumes.DeleteOpts{Cascade: true}).ExtractErr()
	raw, err := emu.Requests().HAR()
	if err != nil {
		t.Fatal(err)
	}
	var archive map[string]any
	if err := json.Unmarshal(raw, &archive); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range misshapen("", harShape, archive) {
		t.Error(wrong)
	}
	for _, want := range []string{
		`"_operation": "glance.images.upload"`, `"_internal": true`, `"_fault": "fault-1"`, `"name": "cascade"`, `"status": 503`,
		`"bodySize": 1073741824`, `"_causedBy": "req-`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s is missing", want)
		}
	}
}
