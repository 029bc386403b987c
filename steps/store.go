package steps

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
)

// store is a Glance store as discovery shows it: default and read-only are strings on the wire.
type store = map[string]any

func (w *World) storeSteps(sc registrar) {
	step(sc, `Glance has the stores:`, w.hasStores)
	step(sc, `{who} lists? the stores`, w.listStores)
	step(sc, `{who} lists? the stores in detail`, w.listStoresDetail)
	step(sc, `{who} lists? the stores with a body`, w.listStoresWithBody)
	step(sc, `somebody without a token tries to list the stores`, w.listStoresAnonymously)
	step(sc, `the stores are:`, w.storesAre)
	step(sc, `each store has (.+)`, w.eachStoreHas)
	step(sc, `no store has (.+)`, w.noStoreHas)
	step(sc, `the store {string} is of the type {string}`, w.storeIsOfType)
	step(sc, `the store {string} is of the type {string}, with an? (.+)`, w.storeIsOfTypeWith)
	step(sc, `no store is for Glance's own use`, w.noReservedStore)
	step(sc, `{who} lists? the stores in detail, accepting {string}`, w.listStoresAccepting)
}

// hasStores is
//
//	Given Glance has the stores:
//	  | fast    | default   |
//	  | archive | read-only |
//
// and maybe others. The names are the scenario's: on a running cloud another store plays the part if none of that name is
// so, and where there are not enough the scenario is skipped.
func (w *World) hasStores(ctx context.Context, t *godog.Table) error {
	err := w.listStores(ctx, "I")
	if err != nil {
		return err
	}
	have := map[string]string{}
	for _, s := range w.listed {
		have[fmt.Sprint(s["id"])] = marks(s)
	}
	want, got := map[string]string{}, map[string]string{}
	for _, row := range t.Rows {
		name, kind := row.Cells[0].Value, ""
		if len(row.Cells) > 1 {
			kind = row.Cells[1].Value
		}
		want[name], got[name] = kind, "(no such store)"
		if k, ok := have[name]; ok {
			got[name] = k
		}
	}
	return same("the stores", want, got)
}

func marks(s store) string {
	var list []string
	for _, mark := range []string{"default", "read-only"} {
		if s[mark] == "true" {
			list = append(list, mark)
		}
	}
	return strings.Join(list, ", ")
}

// listStores is
//
//	When I list the stores
func (w *World) listStores(ctx context.Context, who string) error {
	return w.getStores(ctx, act(who), nil, "info", "stores")
}

// listStoresDetail is
//
//	When the administrator lists the stores in detail
func (w *World) listStoresDetail(ctx context.Context, who string) error {
	return w.getStores(ctx, act(who), nil, "info", "stores", "detail")
}

// listStoresWithBody is
//
//	When I try to list the stores with a body
func (w *World) listStoresWithBody(ctx context.Context, who string) error {
	opts := &gophercloud.RequestOpts{JSONBody: map[string]any{"stores": []string{}}}
	return w.getStores(ctx, act(who), opts, "info", "stores")
}

// listStoresAccepting is
//
//	When I try to list the stores in detail, accepting "text/html"
//
// or, with "", not saying what the client accepts.
func (w *World) listStoresAccepting(ctx context.Context, who, accept string) error {
	opts := &gophercloud.RequestOpts{MoreHeaders: map[string]string{"Accept": accept}}
	if accept == "" {
		opts = &gophercloud.RequestOpts{OmitHeaders: []string{"Accept"}}
	}
	return w.getStores(ctx, act(who), opts, "info", "stores", "detail")
}

func (w *World) getStores(ctx context.Context, who actor, opts *gophercloud.RequestOpts, path ...string) error {
	c, err := w.Image(ctx, who.person)
	if err != nil {
		return err
	}
	var body struct{ Stores []store }
	_, err = c.Get(ctx, c.ServiceURL(path...), &body, opts)
	w.listed = body.Stores
	return w.did(who, err)
}

// listStoresAnonymously is
//
//	When somebody without a token tries to list the stores
func (w *World) listStoresAnonymously(ctx context.Context) error {
	c, err := w.Image(ctx, Member)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.ServiceURL("info", "stores"), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "application/json")
	resp, err := c.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	w.attempt = w.last()
	return err
}

// storesAre is
//
//	Then the stores are:
//	  | id      | description       | default | read-only |
//	  | fast    | Fast and expensive | true    |           |
//
// in this order. Values are JSON strings; an empty cell means that the store has no such field.
func (w *World) storesAre(t *godog.Table) error {
	var want []store
	for _, r := range records(t) {
		s := store{}
		for k, v := range r {
			if v != "" {
				s[k] = v
			}
		}
		want = append(want, s)
	}
	var got []store
	for _, s := range w.listed {
		g := store{}
		for _, cell := range t.Rows[0].Cells {
			if v, ok := s[cell.Value]; ok {
				g[cell.Value] = v
			}
		}
		got = append(got, g)
	}
	return same("the stores", want, got)
}

// eachStoreHas is
//
//	Then each store has "type" and "properties"
func (w *World) eachStoreHas(fields string) error {
	for _, s := range w.listed {
		for _, f := range quoted(fields) {
			if _, ok := s[f]; !ok {
				return fmt.Errorf("the store %v has no %s", s["id"], f)
			}
		}
	}
	return nil
}

// noStoreHas is
//
//	Then no store has "type" or "properties"
func (w *World) noStoreHas(fields string) error {
	for _, s := range w.listed {
		for _, f := range quoted(fields) {
			if v, ok := s[f]; ok {
				return fmt.Errorf("the store %v has %s: %v", s["id"], f, v)
			}
		}
	}
	return nil
}

// storeIsOfType is
//
//	Then the store "archive" is of the type "http"
//
// in the last detailed list.
func (w *World) storeIsOfType(id, kind string) error { return w.storeIsOfTypeWith(id, kind, "") }

// storeIsOfTypeWith is storeIsOfType, naming properties that the store must show:
//
//	Then the store "cheap" is of the type "file", with a "data_dir" and a "chunk_size"
func (w *World) storeIsOfTypeWith(id, kind, properties string) error {
	for _, s := range w.listed {
		if s["id"] != id {
			continue
		}
		shown, _ := s["properties"].(map[string]any)
		for _, p := range quoted(properties) {
			if _, ok := shown[p]; !ok {
				return fmt.Errorf("the properties of %s have no %s: %v", id, p, shown)
			}
		}
		return same("the store's type", any(kind), s["type"])
	}
	return fmt.Errorf("there is no store %s", id)
}

// noReservedStore is
//
//	Then no store is for Glance's own use
//
// Glance keeps its staging area and its tasks in stores that it does not show.
func (w *World) noReservedStore() error {
	for _, s := range w.listed {
		if strings.HasPrefix(fmt.Sprint(s["id"]), "os_glance_") {
			return fmt.Errorf("%v is shown", s["id"])
		}
	}
	return nil
}

// quoted lists the quoted words of a phrase: "a", "b" and "c".
func quoted(phrase string) []string {
	var list []string
	for i, part := range strings.Split(phrase, `"`) {
		if i%2 == 1 {
			list = append(list, part)
		}
	}
	return list
}
