@cinder @glance
Feature: Uploading a volume to an image
  A volume can be kept as an image. Cinder answers as soon as there is an image for it, "queued"; the bytes move later, and
  while they do the volume is "uploading". When they are there the image is "active" and the volume is back.

  @op:cinder.volumes.os-volume_upload_image
  Scenario: From the volume to the image
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    Then the upload has begun
    When the upload ends
    Then the volume "boot" is "available"
    And the image "golden" is "active"
    And the image "golden" holds 1 GiB of zeros
    And I find no message about the volume "boot"

  @op:cinder.volumes.os-volume_upload_image @control
  Scenario: Until the bytes move
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    Then the volume "boot" is "uploading"
    And the image "golden" is "queued"
    And the image "golden" has:
      | size     | null |
      | checksum | null |
    And the image "golden" is in no store

  @op:cinder.volumes.os-volume_upload_image
  Scenario: What Cinder answers
    Given a volume type "gold"
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I upload the volume "boot" to an image "golden"
    Then the answer shows:
      | id                  | {boot}    |
      | status              | uploading |
      | size                | 1         |
      | display_description | null      |
      | image_id            | {golden}  |
      | image_name          | golden    |
      | disk_format         | raw       |
      | container_format    | bare      |
      | visibility          | shared    |
      | protected           | false     |
    When the upload ends
    Then the image "golden" is "active"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: Whose image it is
    Given an available volume "boot" of 1 GiB
    When the administrator uploads the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And I do not see the image "golden"
    And the administrator sees the image "golden"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: Before microversion 3.1 the image has Glance's own visibility
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" has:
      | visibility | shared |
      | protected  | false  |

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario: From microversion 3.1 the image is private
    Given block storage microversion 3.1
    And an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden"
    Then the answer shows:
      | visibility | private |
      | protected  | false   |
    When the upload ends
    Then the image "golden" has:
      | visibility | private |
      | protected  | false   |

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario: A protected image
    Given block storage microversion 3.1
    And an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | protected | true |
    Then the answer shows:
      | protected | true |
    When the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | protected | true |

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario Outline: A <visibility> image
    Given block storage microversion 3.1
    And an available volume "boot" of 1 GiB
    When <who> the volume "boot" to an image "golden" with:
      | visibility | <visibility> |
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | visibility | <visibility> |

    Examples:
      | visibility | who                       |
      | shared     | I upload                  |
      | community  | I upload                  |
      | public     | the administrator uploads |

  @op:cinder.volumes.os-volume_upload_image @microversion:3.1
  Scenario: Who may see it
    Given block storage microversion 3.1
    And an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | visibility | community |
    Then a stranger sees the image "golden"
    When the upload ends
    Then the image "golden" is "active"

  @op:cinder.volumes.os-volume_upload_image @conversion
  Scenario: Another disk format
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | disk_format | qcow2 |
    Then the answer shows:
      | disk_format | qcow2 |
    When the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | disk_format      | qcow2 |
      | container_format | bare  |

  @op:cinder.volumes.os-volume_upload_image
  Scenario: What the volume's image said goes along
    Given I create an image "base" with:
      | disk_format      | raw    |
      | container_format | bare   |
      | os_distro        | debian |
      | hw_disk_bus      | virtio |
    And I send the data "" to the image "base"
    And an available volume "boot" of 1 GiB from the image "base"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | os_distro   | debian |
      | hw_disk_bus | virtio |
    And the image "golden" has no "image_id" or "image_name"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: What Glance keeps for itself does not
    Given an available volume "boot" of 1 GiB
    And I set image metadata of the volume "boot":
      | os_distro        | debian |
      | os_glance_secret | x      |
      | img_signature    | x      |
      | min_ram          | 64     |
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | os_distro | debian |
      | min_ram   | 0      |
    And the image "golden" has no "os_glance_secret" or "img_signature"

  @op:cinder.volumes.os-volume_upload_image @since:epoxy
  Scenario: Nor does what Cinder found out about the image's signature
    Given an active image "base" with the data ""
    And an available volume "boot" of 1 GiB from the image "base"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has no "signature_verified"

  @op:cinder.volumes.os-volume_upload_image @until:dalmatian
  Scenario: What Cinder found out about the image's signature does
    Given an active image "base" with the data ""
    And an available volume "boot" of 1 GiB from the image "base"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has:
      | signature_verified | False |

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A volume's own metadata stays with it
    Given an available volume "boot" of 1 GiB
    And I set the metadata "color" of the volume "boot" to "blue"
    When I upload the volume "boot" to an image "golden"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden" has no "color"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: The same volume once more
    Given an available volume "boot" of 1 GiB
    And I upload the volume "boot" to an image "golden"
    And the upload ends
    When I upload the volume "boot" to an image "golden again"
    And the upload ends
    Then the image "golden" is "active"
    And the image "golden again" is "active"
