// Public keys for these tests only, and signatures that another program made with their private
// halves. The claims are id u-7, role technician, exp 2000000000.

enum TestKeys {
    static let rsa = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAp3R6AKyHxP4fVtrPQXRn
        tgsKq4YrVhFcly5HAJF0TwyGyY3qqrHM9ghshoxiOj7yagzV0fjQwWHqvctuxGfH
        M9L9SisU86LcnM5FydwyJy+RUd+Q59CLrvXLrzzz48dO+p8pExhNevnkiOch8Pzi
        5/6w5zszy12a+AJHtC9/FOrbKR7I7hLqpgGr2cK23D91ja2MjsQQUARPF42+/Ek8
        n1II41LWDuaBBepFgZLoJE7buUcZfj1l5liRrO7gT/YrkbCAS+O6U4l/i4uXbzBz
        uh3Y6z3t3U2maM6rOwCcX5+F7ggn6eyVhLB6HbUb4U/NkVgxnDCieWmAk2fs1Dah
        UQIDAQAB
        -----END PUBLIC KEY-----
        """

    static let rsa1024 = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCuGzixKV0hEbOaVa/XzOm+z82s
        aJQ+rX82XzijrZG4MgkTQK0OM8e7Naqv4ac8jw1lQBSQKASZihS3U8H31iQyYlUo
        BrsmtBFxDDsHGmxzHniKtfAozVWr3zxoAGpBsZhp0NhnivN2MxCBqiEegxw4Jl8N
        5lwgIhW3a4me46v8QQIDAQAB
        -----END PUBLIC KEY-----
        """

    static let p256 = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEPo16fJIkybbVJtGGgXxZOlkXvMZ7
        GLJ9V02+o09NgiP61qrariSoCWgo5+KkAOxWjemJWOim/bdfAbomfn2TeQ==
        -----END PUBLIC KEY-----
        """

    static let p384 = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEQgwO93sBALAfUW0wLNRkZ7b3H+iXNUxP
        2hrTGsVAjOZ803VKCukFV3D97WV0losl29IsgZnxzBU+y8YRqfStCOllwDLU8qKG
        DGjmc4FSwCn2KC8lQ9FezAHavxMPHY80
        -----END PUBLIC KEY-----
        """

    static let ed25519 = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAN6tY6eqr/EsdLq1MU+aWjlDgtz+zZDWccberuYLmZ8M=
        -----END PUBLIC KEY-----
        """

    static let x25519 = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VuAyEA42hJjklyiX1s2nFTTrGg5aRPM8KRrZaswmNDoLKgwCo=
        -----END PUBLIC KEY-----
        """

    static let claims = "eyJpZCI6InUtNyIsInJvbGUiOiJ0ZWNobmljaWFuIiwiZXhwIjoyMDAwMDAwMDAwfQ"

    static let rs256Token =
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9." + claims + "."
        + "d1Yw-yvt9LCqUxXJ_a8pVT1t72jQ6QoOqP1nDKR8StO2l3dKHpxcQZLY1Ii4eIjl_wVVjmCRbfb5F7FU"
        + "YXe3uboZnrW1zKJ2sOWzQ9AtBBWf5X6aM5pJn21Q7UbQXhMqFzSgPSs1s06SZB7wxrhrYROo2iVNBDBH"
        + "i4qv2cu3-vrf5NNDqFFfiA0Ll86II2pWppmD01mI5n55BQFrkglXrtQyJtaojUuNPqAHeg4Cs1gZDCyR"
        + "kYt1SYBkzHh7yj0SR_xBffEg81dLOajaYlLurt6xKg5Ug6pcHZ8wP1GIES25eL5SCbIKGCBpEr2rg6cZ"
        + "-9C55Tz3XtRBuNTO0SN1Pg"

    /// Its r needs a leading zero in DER; its s begins with a zero byte, which DER drops.
    static let es256Token =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9." + claims + "."
        + "4zmsCcDVTf8q5MbO_v-O2i2n_UchnGahcIzSpDaYtEgA5YFjEPyZZWTSDo6idB2TajIoyXOFVfbpwhFH"
        + "Ww_uew"

    static let edDSAToken =
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9." + claims + "."
        + "iRsspz31HT5DAnO_0b7qkjlGAHCB0VylaNJ3cvHmyO9Fs37mKfOCISI6lpDlySBF9v6VNHo7-BSMDrOr"
        + "lJC9AQ"
}
