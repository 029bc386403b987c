package glance

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
)

// Status is where an image stands in its life.
type Status string

// The statuses of an image. Upstream knows "pending_delete" and "killed" too, but comes into them with configurations of
// old only.
const (
	StatusQueued      Status = "queued"
	StatusSaving      Status = "saving"
	StatusUploading   Status = "uploading"
	StatusImporting   Status = "importing"
	StatusActive      Status = "active"
	StatusDeactivated Status = "deactivated"
	StatusDeleted     Status = "deleted"
)

// moves are the legal changes of status.
var moves = map[Status][]Status{
	StatusQueued:      {StatusSaving, StatusUploading, StatusImporting, StatusActive, StatusDeleted},
	StatusSaving:      {StatusActive, StatusDeleted, StatusQueued},
	StatusUploading:   {StatusImporting, StatusQueued, StatusDeleted},
	StatusImporting:   {StatusActive, StatusDeleted, StatusQueued},
	StatusActive:      {StatusDeleted, StatusDeactivated},
	StatusDeactivated: {StatusActive, StatusDeleted},
}

// Visibility says who may see an image.
type Visibility string

// The visibilities.
const (
	Public    Visibility = "public"    // everybody
	Community Visibility = "community" // everybody, but it is not in their lists
	Shared    Visibility = "shared"    // the owner and the members
	Private   Visibility = "private"   // the owner
)

// Image is what is kept of an image. Its row stays when it is deleted, so that its id is not used again.
type Image struct {
	ID              string
	Name            *string
	Status          Status
	Visibility      Visibility
	Owner           string // project; "" is nobody
	ContainerFormat string // "" is none yet
	DiskFormat      string
	MinDisk         int // GiB
	MinRAM          int // MiB
	Protected       bool
	Hidden          bool
	Size            *int64 // bytes
	VirtualSize     *int64
	Checksum        string // md5
	HashAlgo        string
	HashValue       string
	Properties      map[string]string
	Tags            []string
	Locations       []Location     // in the order in which they came
	Staged          *stores.Object // data that is to be imported; never changed in its place
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// Location is one place where an image's data lies.
type Location struct {
	Store  string        // "" where stores have no names
	Object stores.Object `row:"named"` // a file of a directory stays there
	URL    string        // of a location that a client added; "" where the store gives it its address
	// Metadata is what a client said about the location, a JSON object; "" is nothing.
	Metadata string
}

// move changes the status, if upstream's state machine lets it. From "queued" on an image needs its formats; back there
// it loses its size.
func (i *Image) move(to Status) error {
	if !slices.Contains(moves[i.Status], to) {
		return &fail.Error{Kind: fail.Conflict, Resource: statusMove, Have: string(i.Status), Want: []string{string(to)}}
	}
	if (i.Status == StatusQueued || i.Status == StatusUploading) && (to == StatusSaving || to == StatusActive || to == StatusImporting) {
		if err := i.wantFormats(); err != nil {
			return err
		}
	}
	if to == StatusQueued {
		i.Size, i.VirtualSize = nil, nil
	}
	i.Status = to
	return nil
}

func (i *Image) wantFormats() error {
	var missing []string
	if i.DiskFormat == "" {
		missing = append(missing, "disk_format")
	}
	if i.ContainerFormat == "" {
		missing = append(missing, "container_format")
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return fail.New(fail.Invalid, "Property %s must be set prior to saving data.", missing[0])
	}
	return fail.New(fail.Invalid, "Properties %s must be set prior to saving data.", strings.Join(missing, ", "))
}

// hiddenProperties are kept, and not shown.
var hiddenProperties = map[string]bool{"os_glance_stage_host": true, "os_glance_hash_op_host": true}

// imageView is how answers show an image; the custom properties stand beside the rest.
type imageView struct {
	Name            *string    `json:"name"`
	DiskFormat      *string    `json:"disk_format"`
	ContainerFormat *string    `json:"container_format"`
	Visibility      Visibility `json:"visibility"`
	Size            *int64     `json:"size"`
	VirtualSize     *int64     `json:"virtual_size"`
	Status          Status     `json:"status"`
	Checksum        *string    `json:"checksum"`
	Protected       bool       `json:"protected"`
	MinRAM          int        `json:"min_ram"`
	MinDisk         int        `json:"min_disk"`
	Owner           *string    `json:"owner"`
	Hidden          bool       `json:"os_hidden"`
	HashAlgo        *string    `json:"os_hash_algo"`
	HashValue       *string    `json:"os_hash_value"`
	ID              string     `json:"id"`
	CreatedAt       isotime    `json:"created_at"`
	UpdatedAt       isotime    `json:"updated_at"`
	Locations       *list      `json:"locations,omitempty"`
	DirectURL       string     `json:"direct_url,omitempty"`
	Tags            []string   `json:"tags"`
	Self            string     `json:"self"`
	File            string     `json:"file"`
	Schema          string     `json:"schema"`
	Stores          string     `json:"stores,omitempty"`
}

type shownImage struct {
	imageView
	properties map[string]string
}

// MarshalJSON writes the custom properties first, as upstream does. One of the name of a field loses against it.
func (v shownImage) MarshalJSON() ([]byte, error) {
	base, err := plainJSON(v.imageView)
	if err != nil || len(v.properties) == 0 {
		return base, err
	}
	custom, err := plainJSON(v.properties)
	if err != nil {
		return nil, err
	}
	return append(append(custom[:len(custom)-1], ','), base[1:]...), nil
}

// plainJSON is json.Marshal without escapes for HTML.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// view shows an image; stores, where there are stores by name, is where its data lies.
func (i *Image) view(stores string) shownImage {
	path := "/v2/images/" + i.ID
	v := shownImage{imageView: imageView{
		Name: i.Name, DiskFormat: orNull(i.DiskFormat), ContainerFormat: orNull(i.ContainerFormat), Visibility: i.Visibility,
		Size: i.Size, VirtualSize: i.VirtualSize, Status: i.Status, Checksum: orNull(i.Checksum), Protected: i.Protected,
		MinRAM: i.MinRAM, MinDisk: i.MinDisk, Owner: orNull(i.Owner), Hidden: i.Hidden, HashAlgo: orNull(i.HashAlgo),
		HashValue: orNull(i.HashValue), ID: i.ID, CreatedAt: isotime(i.CreatedAt), UpdatedAt: isotime(i.UpdatedAt),
		Tags: i.Tags, Self: path, File: path + "/file", Schema: "/v2/schemas/image", Stores: stores,
	}}
	if v.Tags == nil {
		v.Tags = []string{}
	}
	for name, value := range i.Properties {
		// Quirk: a PATCH may add a custom property "stores", which is shown until the image has data somewhere (reference).
		if hiddenProperties[name] || fieldNames[name] && (name != "stores" || stores != "") {
			continue
		}
		if v.properties == nil {
			v.properties = make(map[string]string, len(i.Properties))
		}
		v.properties[name] = value
	}
	return v
}

// fieldNames are the members of an image's view that no custom property can stand for.
var fieldNames = map[string]bool{
	"name": true, "disk_format": true, "container_format": true, "visibility": true, "size": true, "virtual_size": true,
	"status": true, "checksum": true, "protected": true, "min_ram": true, "min_disk": true, "owner": true, "os_hidden": true,
	"os_hash_algo": true, "os_hash_value": true, "id": true, "created_at": true, "updated_at": true, "tags": true,
	"self": true, "file": true, "schema": true, "stores": true,
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// isotime is a time as Glance writes it, to the second.
type isotime time.Time

// MarshalText writes 2026-11-22T15:04:02Z.
func (t isotime) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(nil, "2006-01-02T15:04:05Z"), nil
}
