package stores_test

import (
	"path/filepath"
	"testing"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/glance/stores/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, storetest.Driver{Open: func(*testing.T) stores.Bucket { return stores.Memory{} }})
}

func TestDirectory(t *testing.T) {
	places := map[string]string{}
	storetest.Run(t, storetest.Driver{Durable: true, Open: func(t *testing.T) stores.Bucket {
		if places[t.Name()] == "" {
			places[t.Name()] = filepath.Join(t.TempDir(), "made", "when needed")
		}
		return stores.Directory(places[t.Name()])
	}})
}
