package glance

import (
	"io/fs"
	"reflect"
	"testing"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/record"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// Whatever has passed the schema is read or refused, and what was read is read again as itself.
func FuzzNamespaceModel(f *testing.F) {
	files, err := metadefFiles(metadefsExample)
	if err != nil {
		f.Fatal(err)
	}
	text, err := fs.ReadFile(files, "example.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add(`{"namespace": "x", "properties": {"p": {"title": "t", "type": "string", "default": [1], "maximum": 1e300, "enum": [null]}}}`)
	f.Add(`{"namespace": "x", "objects": [{"name": "o", "required": ["a,b"]}], "tags": [{"name": "x"}, null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		value, err := schema.Decode([]byte(text))
		if err != nil || matchSchema(namespaceBody.name, namespaceBody.schema, value) != nil {
			return
		}
		read, err := namespaceModel.read(value)
		if err != nil {
			return
		}
		again, err := namespaceModel.read(read)
		if err != nil || !reflect.DeepEqual(again, read) {
			t.Errorf("%s is read as %v, and that as %v: %v", text, read, again, err)
		}
		in, ok := read.(dict)
		if !ok {
			return
		}
		var n namespace
		n.set(in, "p")
		if n.fill(in, time.Unix(0, 0)) == nil {
			n.view(n.contents("x"))
		}
	})
}

func TestNamespacesCanBeKept(t *testing.T) {
	files, err := metadefFiles(metadefsExample)
	if err != nil {
		t.Fatal(err)
	}
	n, err := readMetadefs(files, "example.json", time.Unix(0, 0).UTC())
	if err != nil {
		t.Fatal(err)
	}
	text, err := record.Append(nil, &n, nil)
	if err != nil {
		t.Fatal(err)
	}
	var back namespace
	if err := record.Decode(text, &back, nil); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, n) {
		t.Errorf("%s\nis read as %+v", text, back)
	}
}
