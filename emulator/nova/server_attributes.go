package nova

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
)

// ServerAttributes are what a server is told by its owner, and only tells again.
type ServerAttributes struct {
	Description *string
	AccessIPv4  string
	AccessIPv6  string
	AutoDisk    bool // of OS-DCF:diskConfig, which is MANUAL otherwise
	ConfigDrive bool
	HostName    string
	Tags        []string
	Reservation string // common to the servers of one request
}

// change takes over what a body says of them.
func (a *ServerAttributes) change(asked schema.Dict) {
	if d, ok := asked.Get("description"); ok {
		a.Description = nil
		if text, ok := d.(string); ok {
			a.Description = &text
		}
	}
	for key, field := range map[string]*string{"accessIPv4": &a.AccessIPv4, "accessIPv6": &a.AccessIPv6, "hostname": &a.HostName} {
		if asked.Has(key) {
			*field = text(asked, key)
		}
	}
	if ip, err := netip.ParseAddr(a.AccessIPv6); err == nil {
		a.AccessIPv6 = ip.String()
	}
	if asked.Has("OS-DCF:diskConfig") {
		a.AutoDisk = text(asked, "OS-DCF:diskConfig") == "AUTO"
	}
}

// attributesAsked are those of a new server. What asks for more than this host has is refused
// (nova/api/openstack/compute/servers.py, create).
func attributesAsked(c *httpapi.Call, asked schema.Dict, id string) (ServerAttributes, error) {
	a := ServerAttributes{HostName: hostNameOf(text(asked, "name"), id), ConfigDrive: truth(asked, "config_drive"), Reservation: "r-" + id[:8]}
	a.change(asked)
	tags, _ := field(asked, "tags").(schema.List)
	for _, tag := range tags {
		if tag := schema.Str(tag); !slices.Contains(a.Tags, tag) {
			a.Tags = append(a.Tags, tag)
		}
	}
	least, most := max(number(asked, "min_count"), 1), max(number(asked, "max_count"), 1)
	if asked.Has("max_count") && least > most {
		return a, fail.New(fail.Invalid, "min_count must be <= max_count")
	}
	if certificates, _ := field(asked, "trusted_image_certificates").(schema.List); len(certificates) > 0 {
		return a, &fail.Error{Kind: fail.NotImplemented, ID: "nova.servers.create with trusted_image_certificates"}
	}
	if asked.Has("block_device_mapping") {
		return a, &fail.Error{Kind: fail.NotImplemented, ID: "nova.servers.create with block_device_mapping, which block_device_mapping_v2 has replaced"}
	}
	if least > 1 || most > 1 {
		return a, &fail.Error{Kind: fail.NotImplemented, ID: "nova.servers.create of several servers"}
	}
	return a, checkPlace(c, asked)
}

// checkPlace tells whether a server may be where it is asked for: in the only zone, and for administrators on the only host.
func checkPlace(c *httpapi.Call, asked schema.Dict) error {
	zone, host, forced := strings.Cut(text(asked, "availability_zone"), ":")
	if forced {
		if err := c.AuthorizeFor("os_compute_api:servers:create:forced_host", nil); err != nil {
			return err
		}
	}
	for _, key := range []string{"host", "hypervisor_hostname"} {
		if asked.Has(key) {
			if err := c.AuthorizeFor("os_compute_api:servers:create:requested_destination", nil); err != nil {
				return err
			}
			host = text(asked, key)
		}
	}
	host, _, _ = strings.Cut(host, ":")
	switch {
	case zone != "" && zone != defaultZone:
		return fail.New(fail.Invalid, "The requested availability zone is not available")
	case host != "" && host != hostName:
		return fail.New(fail.Invalid, "Compute host %s could not be found.", host)
	}
	return nil
}

var (
	dashes    = regexp.MustCompile(`[ _.]`)
	unwritten = regexp.MustCompile(`[^\pL\pN_.-]+`)
)

// hostNameOf makes a host name of a server's name (nova/utils.py, sanitize_hostname).
func hostNameOf(name, id string) string {
	latin := slices.DeleteFunc([]rune(name), func(r rune) bool { return r > 0xFF })
	latin = latin[:min(len(latin), 63)]
	name = unwritten.ReplaceAllString(dashes.ReplaceAllString(string(latin), "-"), "")
	if name = strings.Trim(strings.ToLower(name), ".-"); name == "" {
		return "Server-" + id
	}
	return name
}
