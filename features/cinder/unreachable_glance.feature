@cinder @glance @config:unreachable_glance
Feature: Cinder beside a Glance that answers nobody
  Cinder asks several times, a second apart, and then gives up. What needs Glance is refused, and changes nothing.

  @op:cinder.types.extra_specs.create
  Scenario: Setting a volume type's store
    Given a volume type "gold"
    When the administrator tries to set the extra spec "image_service:store_id" of the volume type "gold" to "cheap"
    Then it is refused as a failure, saying "The server has either erred or is incapable of performing the requested operation."
    And the volume type "gold" has no extra specs

  @op:cinder.types.extra_specs.create
  Scenario: Setting anything else
    Given a volume type "gold"
    When the administrator sets the extra spec "color" of the volume type "gold" to "blue"
    Then the volume type "gold" has the extra specs:
      | color | blue |

  @op:cinder.volumes.os-volume_upload_image
  Scenario: Uploading a volume
    Given an available volume "boot" of 1 GiB
    When I try to upload the volume "boot" to an image "golden"
    Then it is refused as a bad request
    And the volume "boot" is "available"
    And I find no message about the volume "boot"

  @op:cinder.volumes.create
  Scenario: Creating a volume from an image
    Given there is no image "lost"
    When I try to create a volume "boot" of 1 GiB from the image "lost"
    Then it is refused as a bad request, saying "Invalid image identifier or unable to access requested image."
