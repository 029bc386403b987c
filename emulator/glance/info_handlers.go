package glance

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type storesOut struct {
	Stores []storeView `json:"stores"`
}

// storeView shows a store. Default and ReadOnly are the string "true", or left out; they are never booleans.
type storeView struct {
	ID          string `json:"id"`
	Description string `json:"description,omitempty"`
	Default     string `json:"default,omitempty"`
	ReadOnly    string `json:"read-only,omitempty"`
	Type        string `json:"type,omitempty"`
	Properties  any    `json:"properties,omitempty"`
	Weight      *int   `json:"weight,omitempty"`
}

// storesInfo serves the stores, by order of the configuration. API reference: Stores, "List stores".
func (s *Service) storesInfo(*httpapi.Call) (storesOut, error) {
	view := s.db.View()
	if s.singleStore(view) {
		return storesOut{}, fail.New(fail.NotFound, "Multi backend is not supported at this site.")
	}
	out := storesOut{Stores: []storeView{}}
	for row := range s.byRank.All(view) {
		out.Stores = append(out.Stores, s.viewStore(view, row.StoreConfig))
	}
	return out, nil
}

func (s *Service) viewStore(r state.Reader, store StoreConfig) storeView {
	v := storeView{ID: store.ID, Description: store.Description}
	if store.ID == s.defaultStore(r) {
		v.Default = "true"
	}
	if store.Type == typeHTTP {
		v.ReadOnly = "true"
	}
	return v
}

// storesInfoDetail serves what administrators may know of the stores. API reference: Stores, "List stores detail".
func (s *Service) storesInfoDetail(c *httpapi.Call) (storesOut, error) {
	out, err := s.storesInfo(c)
	if err == nil {
		err = c.Authorize(nil)
	}
	if err != nil {
		return storesOut{}, err
	}
	view := s.db.View()
	for i := range out.Stores {
		store, _ := s.store(view, out.Stores[i].ID)
		out.Stores[i].Type = store.Type
		out.Stores[i].Properties = s.storeProperties(store)
		if s.release.AtLeast(release.Bobcat) {
			out.Stores[i].Weight = &store.Weight
		}
	}
	return out, nil
}

// storeProperties are what upstream tells of a store of that type, with its drivers' defaults.
func (s *Service) storeProperties(store StoreConfig) any {
	switch store.Type {
	case "rbd":
		type rbd struct {
			ChunkSize int64   `json:"chunk_size"`
			Pool      string  `json:"pool"`
			Thin      bool    `json:"thin_provisioning"`
			FSID      *string `json:"fsid"`
		}
		return rbd{ChunkSize: 8 << 20, Pool: "images"}
	case "cinder":
		return map[string]any{"volume_type": nil, "use_multipath": false}
	case "swift":
		return map[string]any{"container": "glance", "large_object_size": int64(5 << 30), "large_object_chunk_size": 200 << 20}
	case "s3":
		return map[string]any{
			"s3_store_large_object_size": 100 << 20, "s3_store_large_object_chunk_size": 10 << 20,
			"s3_store_thread_pools": 10,
		}
	case typeHTTP:
		return map[string]any{}
	}
	return map[string]any{"data_dir": s.directoryOf(store), "chunk_size": 64 << 10, "thin_provisioning": false}
}

// directoryOf is where a store says that its files are.
func (s *Service) directoryOf(store StoreConfig) string {
	if store.Path != "" {
		return store.Path
	}
	return "/var/lib/glance/" + store.ID
}

type importInfoOut struct {
	Methods importMethods `json:"import-methods"`
}

type importMethods struct {
	Description string   `json:"description"`
	Type        string   `json:"type"`
	Value       []string `json:"value"`
}

// importInfo serves the import methods that are enabled. API reference: Image data, "Import methods and values discovery".
func (s *Service) importInfo(*httpapi.Call) (importInfoOut, error) {
	return importInfoOut{importMethods{Description: "Import methods available.", Type: "array", Value: s.cfg.EnabledImportMethods}}, nil
}
