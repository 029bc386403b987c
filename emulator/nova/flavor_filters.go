package nova

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// flavorFilter is what a query asks of flavors: minRam, minDisk, and of administrators is_public, which is "none" for all
// (nova/api/openstack/compute/flavors.py, _get_flavors).
func flavorFilter(c *httpapi.Call) (func(*Flavor) bool, error) {
	q := c.Query()
	least := map[string]int{"minRam": 0, "minDisk": 0}
	for _, name := range []string{"minRam", "minDisk"} {
		if !q.Has(name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil {
			return nil, fail.New(fail.Invalid, "Invalid %s filter [%s]", name, q.Get(name))
		}
		least[name] = n
	}
	public, private := true, false
	if isAdmin(c) && q.Has("is_public") {
		switch strings.ToLower(q.Get("is_public")) {
		case "none":
			private = true
		case "0", "f", "false", "n", "no", "off":
			public, private = false, true
		case "1", "t", "true", "y", "yes", "on":
		default:
			return nil, fail.New(fail.Invalid, "Invalid is_public filter [%s]", q.Get("is_public"))
		}
	}
	return func(f *Flavor) bool {
		return (f.Private && private || !f.Private && public) && f.RAM >= least["minRam"] && f.Disk >= least["minDisk"]
	}, nil
}

// flavorOrders are the columns by which flavors are sorted.
var flavorOrders = map[string]func(a, b *Flavor) int{
	"flavorid":    func(a, b *Flavor) int { return cmp.Compare(a.ID, b.ID) },
	"name":        func(a, b *Flavor) int { return cmp.Compare(a.Name, b.Name) },
	"memory_mb":   func(a, b *Flavor) int { return cmp.Compare(a.RAM, b.RAM) },
	"root_gb":     func(a, b *Flavor) int { return cmp.Compare(a.Disk, b.Disk) },
	"vcpus":       func(a, b *Flavor) int { return cmp.Compare(a.VCPUs, b.VCPUs) },
	"swap":        func(a, b *Flavor) int { return cmp.Compare(a.Swap, b.Swap) },
	"rxtx_factor": func(a, b *Flavor) int { return cmp.Compare(a.RxTxFactor, b.RxTxFactor) },
}

// sortFlavors puts flavors in the order asked for, by flavorid if nobody says otherwise.
func sortFlavors(c *httpapi.Call, list []Flavor) []Flavor {
	by, known := flavorOrders[c.Query().Get("sort_key")]
	if !known {
		by = flavorOrders["flavorid"]
	}
	down := c.Query().Get("sort_dir") == "desc"
	return state.Ordered(list, func(a, b *Flavor) int {
		n := cmp.Or(by(a, b), cmp.Compare(a.ID, b.ID))
		if down {
			return -n
		}
		return n
	})
}
