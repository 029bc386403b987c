#!/usr/bin/python3
"""Writes tempest.conf for a cloud of Keystone, Glance and Cinder.

usage: configure.py AUTH_URL FOLDER IMAGE_URL

IMAGE_URL is what the import tests let the cloud fetch. The administrator is $OS_USERNAME, $OS_PASSWORD, $OS_PROJECT_NAME of
the default domain; the cloud gets a public image that volumes can be made from. Where its catalogue has Compute, tests that need
servers run, with the two smallest flavors; where it has Network, these are in networks. Nobody logs in to a server.
"""
import configparser
import os
import sys

from keystoneauth1 import session
from keystoneauth1.identity import v3

auth_url, folder, image_url = sys.argv[1:]
user = os.environ.get('OS_USERNAME', 'admin')
password = os.environ.get('OS_PASSWORD', 'secret')
project = os.environ.get('OS_PROJECT_NAME', 'admin')
backends = os.environ.get('TEMPEST_BACKENDS', 'alpha,beta')
NAME = 'tempest-image'

cloud = session.Session(v3.Password(
    auth_url, username=user, password=password, project_name=project, user_domain_id='default', project_domain_id='default'))


def glance(method, path, **more):
    return cloud.request(path, method, endpoint_filter={'service_type': 'image', 'interface': 'public'}, **more)


images = [i for i in glance('GET', '/v2/images?name=' + NAME).json()['images'] if i['status'] == 'active']
if images:
    image = images[0]['id']
else:
    image = glance('POST', '/v2/images', json={
        'name': NAME, 'disk_format': 'raw', 'container_format': 'bare', 'visibility': 'public'}).json()['id']
    glance('PUT', '/v2/images/%s/file' % image, data=bytes(1 << 20), headers={'Content-Type': 'application/octet-stream'})

catalog = {service['type'] for service in cloud.auth.get_access(cloud).service_catalog.catalog}
compute, flavors = 'compute' in catalog, ['', '']
if compute:
    all_flavors = cloud.get('/flavors/detail', endpoint_filter={'service_type': 'compute', 'interface': 'public'}).json()['flavors']
    flavors = [f['id'] for f in sorted(all_flavors, key=lambda f: (f['ram'], f['disk']))]

settings = {
    'DEFAULT': {'log_file': folder + '/tempest.log'},
    'oslo_concurrency': {'lock_path': folder + '/lock'},
    'auth': {
        'use_dynamic_credentials': True, 'create_isolated_networks': False, 'admin_username': user,
        'admin_password': password, 'admin_project_name': project, 'admin_domain_name': 'Default',
    },
    'identity': {'uri_v3': auth_url, 'auth_version': 'v3', 'region': 'RegionOne'},
    'identity-feature-enabled': {
        'api_v2': False, 'api_v2_admin': False, 'api_v3': True, 'application_credentials': True, 'access_rules': True,
        'project_tags': True, 'trust': True, 'federation': False, 'external_idp': False, 'domain_specific_drivers': False,
        'security_compliance': False,
    },
    'service_available': {
        'cinder': True, 'glance': True, 'nova': compute, 'neutron': 'network' in catalog, 'swift': False, 'horizon': False},
    'compute': {
        'image_ref': image, 'image_ref_alt': image, 'min_compute_nodes': 1, 'flavor_ref': flavors[0],
        'flavor_ref_alt': flavors[1], 'max_microversion': 'latest', 'build_interval': 1,
    },
    'image': {'region': 'RegionOne', 'http_image': image_url, 'build_interval': 1},
    'image-feature-enabled': {
        'import_image': True, 'os_glance_reserved': True, 'manage_locations': bool(os.environ.get('TEMPEST_LOCATIONS'))},
    'volume': {
        'catalog_type': 'volumev3', 'region': 'RegionOne', 'min_microversion': '3.0', 'max_microversion': 'latest',
        'backend_names': backends, 'storage_protocol': 'local', 'vendor_name': 'Reference', 'disk_format': 'raw',
        'volume_size': 1, 'build_interval': 1, 'manage_volume_ref': 'source-name,volume-%s',
        'manage_snapshot_ref': 'source-name,snapshot-%s',
    },
    'volume-feature-enabled': {
        'multi_backend': True, 'backup': True, 'snapshot': True, 'clone': True, 'manage_volume': True, 'manage_snapshot': True,
        'volume_revert': True, 'consistency_group': False, 'extend_attached_volume': compute, 'extend_attached_encrypted_volume': compute,
        'extend_volume_with_snapshot': True,
    },
    'enforce_scope': {'glance': True, 'cinder': True, 'keystone': False},
    'validation': {'run_validation': False},
}
conf = configparser.RawConfigParser()
conf.read_dict({section: {k: str(v) for k, v in values.items()} for section, values in settings.items()})
os.makedirs(folder + '/lock', exist_ok=True)
with open(folder + '/tempest.conf', 'w') as f:
    conf.write(f)
